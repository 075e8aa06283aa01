/**
 * The page's one script. It asks for the page again and again and changes what is different, so that what somebody is
 * typing, has opened or has chosen stays. All texts are escaped already where the page is made.
 */
export const script = `"use strict";
const main = document.querySelector("main");
const status = document.getElementById("status");
let tag = "";

function say(text) { if (status.textContent !== text) status.textContent = text; }

function keyOf(node) { return node.nodeType === 1 ? node.getAttribute("data-key") : null; }

function alike(one, other) {
  return one && one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);
}

function change(now, next) {
  if (now.nodeType === 3) { if (now.data !== next.data) now.data = next.data; return; }
  if (now.nodeType !== 1 || now.isEqualNode(next)) return;
  // What a person has entered or opened is his.
  if (now.matches("input, select")) return;
  for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  for (const { name } of [...now.attributes])
    if (!next.hasAttribute(name) && !(name === "open" && now.matches("details"))) now.removeAttribute(name);
  changeChildren(now, next);
}

function changeChildren(now, next) {
  const kept = new Set([...next.childNodes].map(keyOf));
  for (const child of [...now.childNodes]) if (keyOf(child) !== null && !kept.has(keyOf(child))) child.remove();
  const keyed = new Map();
  for (const child of now.childNodes) if (keyOf(child) !== null) keyed.set(keyOf(child), child);
  let place = now.firstChild;
  for (const wanted of [...next.childNodes]) {
    const key = keyOf(wanted);
    const found = key === null ? (alike(place, wanted) ? place : null) : keyed.get(key);
    if (!found) { now.insertBefore(document.importNode(wanted, true), place); continue; }
    if (found === place) place = place.nextSibling; else now.insertBefore(found, place);
    change(found, wanted);
  }
  while (place) { const gone = place; place = place.nextSibling; gone.remove(); }
}

async function refresh() {
  try {
    const response = await fetch("/", { headers: tag ? { "if-none-match": tag } : {}, cache: "no-store" });
    if (response.status === 200) {
      tag = response.headers.get("etag") || "";
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      changeChildren(main, page.querySelector("main"));
    }
    if (status.dataset.lost) { delete status.dataset.lost; say(""); }
  } catch {
    status.dataset.lost = "yes";
    say("The portal does not answer. This page goes on as soon as it does.");
  }
}

async function operate(form) {
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  for (const input of form.querySelectorAll("[data-number]")) if (input.value !== "") values[input.name] = Number(input.value);
  for (const name of Object.keys(values)) if (values[name] === "on") values[name] = true;
  const method = form.dataset.method || "POST";
  const body = method === "POST" ? JSON.stringify(values) : undefined;
  const response = await fetch(form.dataset.to, { method, body });
  const answer = await response.json();
  say(response.ok ? form.dataset.done : answer.error);
  if (response.ok) form.reset();
  await refresh();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  operate(event.target).catch(() => say("The portal does not answer."));
});

async function forever() {
  await refresh();
  setTimeout(forever, document.hidden ? 2000 : 400);
}
forever();
`;
