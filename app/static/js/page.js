// Small questions about the page that several modules ask.
export const topDialog = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? null;

export const layer = () => topDialog() ?? document;

export const isUsable = (element) => !element.disabled && element.checkVisibility({ visibilityProperty: true });

export const isTextEntry = (element) =>
  element.matches("textarea, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=file])");

export const primary = () => [...document.querySelectorAll(".fkey-primary")].find(isUsable) ?? null;

// A refusal that leaves the screen with its form as it is (app/web/errors.py).
export const leavesScreen = (xhr) => xhr.getResponseHeader("X-Kakanai-Kept") !== null;

export function fire(element, ...types) {
  for (const type of types) element.dispatchEvent(new Event(type, { bubbles: true }));
}

const heard = [];

// Calls back whenever a post of our own was answered: the session goes on.
export const arrivedAnswers = (callback) => heard.push(callback);

// A post of our own beside htmx: same token, same origin, never from a cache.
export async function post(url, body, signal) {
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  const answer = await fetch(url, { method: "POST", body, headers, signal, cache: "no-store", redirect: "error" });
  if (answer.status === 401) location.assign("/login");
  else heard.forEach((callback) => callback());
  return answer;
}
