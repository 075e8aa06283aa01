import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where Pulumi keeps what it knows on this machine. */
export function pulumiHome(): string {
  return process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
}

const day = 24 * 60 * 60 * 1000;

/** A folder in Pulumi's home for small files that are of use for some days only, and for nobody else to read. */
export class KeptFiles {
  private isSwept = false;

  constructor(
    private readonly name: string,
    private readonly days: number,
  ) {}

  /** The path of a file in it. Pulumi's home can be another one each time. */
  path(file: string): string {
    return join(this.folder(), file);
  }

  /** Makes the folder, and once in a process removes what is too old. */
  async prepare(): Promise<void> {
    await mkdir(this.folder(), { recursive: true, mode: 0o700 });
    if (this.isSwept) return;
    this.isSwept = true;
    // What cannot be removed now is removed another time.
    await this.sweep().catch(() => undefined);
  }

  private folder(): string {
    return join(pulumiHome(), "bitrix24", this.name);
  }

  private async sweep(): Promise<void> {
    for (const file of await readdir(this.folder())) {
      const { mtimeMs } = await stat(this.path(file));
      if (Date.now() - mtimeMs > this.days * day) await rm(this.path(file), { force: true });
    }
  }
}
