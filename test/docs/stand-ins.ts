/** Writes down that it was called. */
const head = `#!/usr/bin/env bash
set -e
echo "$(basename "$0") $*" >> "$STAND_INS"
`;

/** Commands that a page calls and this machine does not have: each does what the real one would, as far as a page needs it. */
export const standIns: Readonly<Record<string, string>> = {
  vault: `${head}
# vault kv get -field=token PATH, vault kv put PATH token=@FILE
store="$HOME/vault"
mkdir -p "$store"
case "$2" in
  get) cat "$store/$(basename "$4")" ;;
  put) cp "\${4#token=@}" "$store/$(basename "$3")" ;;
  *) exit 2 ;;
esac
`,
  kubectl: `${head}
# kubectl cp FILE POD:PATH, kubectl exec POD -- chmod 600 PATH: the pod is a folder.
pod="$HOME/pod"
mkdir -p "$pod"
case "$1" in
  cp) cp "$2" "$pod/$(basename "$3")" ;;
  exec) [ "$3" = -- ] && chmod "$5" "$pod/$(basename "$6")" ;;
  *) exit 2 ;;
esac
`,
  browser: `${head}
# The browser of an administrator: lets the application in, and goes where the portal sends it.
curl --silent --show-error --location --output /dev/null "$1" || true
`,
};
