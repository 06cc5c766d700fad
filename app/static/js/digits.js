// 1…9 choose inside the focused group. In the interview they answer and go to the next question.
import { isTextEntry, isUsable, primary } from "./page.js";
import { keyDigits } from "./preferences.js";

let answered = null;
let keysSince = 0;

function entryOf(question) {
  return question.querySelector(":checked") ?? question.querySelector("input:not(:disabled)");
}

const questions = () => [...document.querySelectorAll("[data-question]")].filter(isUsable);

function goTo(question) {
  (question ? entryOf(question) : primary())?.focus();
}

function choose(group, target) {
  target.focus();
  if (group.matches("[data-question]")) {
    const place = questions().indexOf(group);
    answered = { id: group.id, place };
    keysSince = 0;
    target.click();
    goTo(questions()[place + 1]);
  } else {
    target.click();
  }
}

function onKey(event) {
  keysSince += 1;
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !keyDigits() || !/^[1-9]$/.test(event.key)) return;
  const active = document.activeElement;
  const group = active?.closest("[data-digits], [data-list]");
  if (!group || isTextEntry(active) || active.matches("select")) return;
  const target = group.querySelector(`[data-digit="${event.key}"]`);
  if (!target || !isUsable(target.closest("label") ?? target)) return;
  event.preventDefault();
  if (!event.repeat) choose(group, target);
}

// An answer may bring in questions right below it, or take its own away. If no key came in between, the focus goes to
// what now follows.
export function afterAnswerSwap(root) {
  if (!answered || keysSince > 0 || !root.querySelector("[data-question]")) {
    answered = null;
    return false;
  }
  const { id, place } = answered;
  answered = null;
  goTo(questions()[document.getElementById(id) ? place + 1 : place]);
  return true;
}

export function startDigits() {
  document.addEventListener("keydown", onKey);
}
