// A trained hand is faster than the network: keys pressed while a step or a page loads are kept and replayed on the new
// screen, never into a warning.
import { announce } from "./announce.js";
import { fire, isTextEntry, leavesScreen, topDialog } from "./page.js";
import { keyName } from "./keys.js";
import { isWaiting } from "./sending.js";

const MOST = 24;
const LONGEST_SETTLING = 200;
const KEPT = /^(?:(?:Shift\+)?(?:Enter|Tab|Backspace)|Ctrl\+Enter|Alt\+[0-9A-Z]|F(?:1|2|3|4|6|8|9|12))$/;

let loading = null;
let keys = [];

const isLoading = () => loading !== null || isWaiting();

const isPrintable = (event) => event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
const isKept = (event) => isPrintable(event) || KEPT.test(keyName(event));

function keep(event) {
  if (keys.length >= MOST || event.repeat) return;
  const { key, code, ctrlKey, altKey, shiftKey } = event;
  keys.push({ key, code, ctrlKey, altKey, shiftKey, bubbles: true, cancelable: true });
}

function onKey(event) {
  if (!isLoading() || !event.isTrusted || !isKept(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keep(event);
}

function insert(field, text) {
  const start = field.selectionStart ?? field.value.length;
  field.setRangeText(text, text ? start : Math.max(0, start - 1), field.selectionEnd ?? start, "end");
  fire(field, "input");
}

function tab(back) {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")]
    .filter((item) => !item.disabled && item.tabIndex >= 0 && item.checkVisibility());
  all[all.indexOf(document.activeElement) + (back ? -1 : 1)]?.focus();
}

// What the browser would have done with the key, had it come from the keyboard.
function act(element, { key, shiftKey }) {
  const presses = element.matches("button, a, summary");
  if (key === "Tab") tab(shiftKey);
  else if (key === "Enter" && presses) element.click();
  else if (key === " " && (presses || element.matches("input[type=checkbox], input[type=radio]"))) element.click();
  else if (!isTextEntry(element)) return;
  else if (key === "Enter") element.form?.requestSubmit();
  else if (key === "Backspace") insert(element, "");
  else if (key.length === 1) insert(element, key);
}

export function replay() {
  while (keys.length && !isLoading()) {
    if (topDialog()) {
      drop("先に押したキーは取り消しました");
      return;
    }
    const next = keys.shift();
    const element = document.activeElement ?? document.body;
    if (element.dispatchEvent(new KeyboardEvent("keydown", next))) act(document.activeElement ?? element, next);
  }
}

function drop(words) {
  if (keys.length) announce(words);
  keys = [];
}

export function loadingEnds(xhr) {
  if (xhr === loading) loading = null;
}

function settleAlone(xhr) {
  if (xhr !== loading) return;
  loading = null;
  replay();
}

// What early.js has kept. The scripts of single screens run after this one and are there when the page is.
function takeEarly() {
  globalThis.takeEarlyKeys().filter(isKept).forEach(keep);
  replay();
}

export function startTypeAhead() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("DOMContentLoaded", takeEarly);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt, xhr } = event.detail;
    // An answer changes what is asked next: to the keys it is a step as well.
    if (target?.id !== "app" && !elt.querySelector?.("[data-question]")) return;
    loading = xhr;
    // A part that was replaced meanwhile never settles; its keys are played on what is there.
    xhr.addEventListener("loadend", () => setTimeout(() => settleAlone(xhr), LONGEST_SETTLING));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr !== loading) return;
    // Nothing was swapped in: the screen is still the old one, and the keys were not meant for it.
    const { xhr } = event.detail;
    const { status } = xhr;
    const swapped = (status >= 200 && status < 400 && status !== 204) || ([403, 409, 422].includes(status) && !leavesScreen(xhr));
    if (swapped) return;
    loading = null;
    drop("先に押したキーは取り消しました");
  });
}
