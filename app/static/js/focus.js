// Where the focus stands after each arrival: the open dialog's safe button, the first field in error, [autofocus], the first
// question (data-later: not one that comes further down the page), the heading.
// Never nowhere.
import { fallSilent } from "./announce.js";
import { carryOver } from "./carry.js";
import { afterAnswerSwap } from "./digits.js";
import { topDialog } from "./page.js";
import { loadingEnds, replay } from "./typeahead.js";

const WRONG = "[aria-invalid=true], [data-invalid] :is(input, select, textarea)";
let before = null;

const mainPart = () => document.getElementById("main");
const isLost = () => !document.activeElement || document.activeElement === document.body;

// Not one that is folded away, or in a dialog that is closed: it would not take the focus.
const firstSeen = (root, what) => [...root.querySelectorAll(what)].find((one) => one.checkVisibility());
const QUESTION = "[data-question]:not([data-later]) input";

function place(root) {
  if (topDialog()) return;
  const target = firstSeen(root, WRONG) ?? firstSeen(root, "[autofocus]") ?? firstSeen(root, QUESTION) ?? document.getElementById("page-heading");
  target?.focus();
  // As after Tab: what is typed now replaces what stands there.
  if (target?.matches("input[type=text], input[type=search]")) target.select();
}

// The tab's icon is the mark of the case on the screen.
function markTab(app) {
  const icon = document.querySelector("link[rel=icon]");
  if (app.dataset.icon && icon.getAttribute("href") !== app.dataset.icon) icon.setAttribute("href", app.dataset.icon);
}

function afterStep(app, xhr, arrive) {
  const same = before?.title === app.dataset.title;
  document.title = app.dataset.title;
  markTab(app);
  if (!same) fallSilent();
  arrive(app);
  if (!same || topDialog() || app.querySelector(WRONG)) place(app);
  else {
    if (!afterAnswerSwap(app)) stay(app);
    keepPlace();
  }
  if (same) carryOver();
  ready(xhr);
}

// The same screen again: whoever had the focus keeps it, unless the answer asks for something first (data-focus).
function stay(app) {
  const kept = app.querySelector("[data-focus]") ?? (before.focus && document.getElementById(before.focus));
  if (kept) kept.focus();
  else place(app);
}

// The screen stays where it was scrolled to, as far as what has the focus is seen.
function keepPlace() {
  const main = mainPart();
  if (!main || !before.top) return;
  main.scrollTop = before.top;
  document.activeElement.scrollIntoView({ block: "nearest" });
}

function ready(xhr) {
  loadingEnds(xhr);
  replay();
}

function afterPart(part, xhr, arrive) {
  arrive(part);
  const wanted = !topDialog() && part.querySelector("[data-focus]");
  if (wanted) wanted.focus();
  else if (!topDialog() && !afterAnswerSwap(part) && (xhr?.status === 422 || isLost())) place(part);
  carryOver();
  ready(xhr);
}

export function startFocus(arrive) {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target?.id === "app") before = { title: detail.target.dataset.title, focus: document.activeElement?.id, top: mainPart()?.scrollTop };
  });
  document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
    if (target.id === "app") afterStep(target, detail.xhr, arrive);
    // The counts in the frame come along with a screen that has not settled yet.
    else if (target instanceof Element && target.id !== "counts") afterPart(target, detail.xhr, arrive);
  });
  arrive(document.body);
  if (isLost() || document.querySelector(WRONG)) place(document.body);
}
