// Function keys and shortcuts. A key is written on its button (data-key); pressing it is pressing the button.
import { isUsable, layer, topDialog } from "./page.js";
import { enterSends, keyDigits } from "./preferences.js";

// Kept from the browser even where the screen has no use for them: help, find, address bar and developer tools help nobody here.
const OURS = new Set(["F1", "F2", "F3", "F4", "F6", "F8", "F9", "F12"]);
const WORDS = { Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑" };

export function keyName(event) {
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code ?? "");
  const base = event.code === "Slash" ? "/" : place && (event.ctrlKey || event.altKey) ? place[1] : event.key;
  return [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && base.length > 1 && "Shift", base].filter(Boolean).join("+");
}

const keysOf = (element) => element.dataset.key.replaceAll("Control", "Ctrl").split(" ");

function press(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function onKey(event) {
  if (event.defaultPrevented) return;
  const name = keyName(event);
  const wanted = name === "Ctrl+P" ? "F9" : name;
  const found = [...layer().querySelectorAll("[data-key]")].find((item) => keysOf(item).includes(wanted) && isUsable(item));
  if (found || OURS.has(name)) event.preventDefault();
  if (name === "Ctrl+/" && !topDialog()) {
    event.preventDefault();
    showKeyList();
  } else if (found && !event.repeat) {
    press(found);
  }
}

const spoken = (element) => {
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll(".keycap, svg, .visually-hidden")) part.remove();
  return copy.textContent.trim() || element.getAttribute("aria-label") || element.labels?.[0]?.firstChild?.textContent.trim() || "";
};

function showKeyList() {
  const fixed = [...(keyDigits() ? [["1…9", "選択肢や一覧の行を選ぶ"]] : []), ["Enter", enterSends() ? "入力したものを送る" : "次の項目へ進む"], ["↓ ↑", "一覧の行を移る"], ["Esc", "開いている枠を閉じる"], ["Alt+I", "氏名・住所の欄で、入力できない文字を選ぶ"], ["Ctrl+/", "キー一覧"]];
  const own = [...document.querySelectorAll("[data-key]")].filter(isUsable).map((item) => [keysOf(item).map((key) => WORDS[key] ?? key).join(" "), spoken(item)])
    .sort(([one], [other]) => /^F\d/.test(other) - /^F\d/.test(one));
  const rows = [...own, ...fixed].map(([keys, words]) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    for (const key of keys.split(" ")) {
      const cap = document.createElement("kbd");
      cap.className = "keycap";
      cap.textContent = key;
      term.append(cap);
    }
    const meaning = document.createElement("dd");
    meaning.textContent = words;
    row.append(term, meaning);
    return row;
  });
  document.getElementById("key-list-items").replaceChildren(...rows);
  document.getElementById("key-list").showModal();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-key-list]")) showKeyList();
  });
}
