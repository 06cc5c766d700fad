// 1…9 choose inside the focused group. In the interview they answer and go to the next question.
import { isTextEntry, isUsable, primary } from "./page.js";

let answered = "";
let keysSince = 0;

function entryOf(question) {
  return question.querySelector(":checked") ?? question.querySelector("input:not(:disabled)");
}

function nextQuestion(group) {
  const all = [...document.querySelectorAll("[data-question]")].filter(isUsable);
  return all[all.indexOf(group) + 1] ?? null;
}

export function goOn(group) {
  const next = nextQuestion(group);
  (next ? entryOf(next) : primary())?.focus();
}

function choose(group, target) {
  target.focus();
  if (group.matches("[data-question]")) {
    answered = group.id;
    keysSince = 0;
    target.click();
    goOn(group);
  } else {
    target.click();
  }
}

function onKey(event) {
  keysSince += 1;
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const active = document.activeElement;
  const group = active?.closest("[data-digits], [data-list]");
  if (!group || isTextEntry(active) || active.matches("select")) return;
  const target = group.querySelector(`[data-digit="${event.key}"]`);
  if (!target || !isUsable(target.closest("label") ?? target)) return;
  event.preventDefault();
  if (!event.repeat) choose(group, target);
}

// An answer may bring in questions right below it. If no key came in between, the focus goes to the first of them.
export function afterAnswerSwap(root) {
  const group = answered && document.getElementById(answered);
  const moved = group && keysSince === 0 && root.querySelector("[data-question]");
  answered = "";
  if (moved) goOn(group);
  return Boolean(moved);
}

export function startDigits() {
  document.addEventListener("keydown", onKey);
}
