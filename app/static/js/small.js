// Things too small for a file: what a ticked box shows or asks for, how long 元に戻す stays, and tables wider than the window.
import { isTextEntry } from "./page.js";

const TOAST = 30_000;

function reveal(box) {
  const part = document.querySelector(box.dataset.reveals);
  if (part) part.hidden = !box.checked;
}

export function arriveReveals(root) {
  for (const box of root.querySelectorAll("[data-reveals]")) reveal(box);
}

export function startReveals() {
  document.addEventListener("change", ({ target }) => {
    if (target.dataset?.reveals) reveal(target);
  });
}

// A choice that changes the rest of the screen presses the button that asks for it (data-press).
export function startPresses() {
  document.addEventListener("change", ({ target }) => {
    const asks = target.closest?.("[data-press]");
    if (asks) document.getElementById(asks.dataset.press)?.click();
  });
}

// + and − on a row of certificates: a copy more or less, unless a text is being typed there.
export function startCopies() {
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-copies]");
    if (!row || event.defaultPrevented || event.ctrlKey || event.altKey || !["+", "-"].includes(event.key)) return;
    if (isTextEntry(event.target) && !event.target.matches(".copies")) return;
    event.preventDefault();
    row.querySelector(event.key === "+" ? "[data-more]" : "[data-fewer]").click();
  });
}

// A table that scrolls sideways must be reachable by the keyboard, even if nothing in it is.
export function arriveTables(root) {
  for (const frame of root.querySelectorAll(".table-scroll")) {
    if (frame.scrollWidth <= frame.clientWidth || frame.querySelector("a, button, input, select")) continue;
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", `${frame.querySelector("caption").textContent}（表）`);
  }
}

export function arriveToast(root) {
  for (const toast of root.querySelectorAll("[data-toast]")) {
    const leave = () => {
      // Not from under the hand that is about to press it.
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, 3000);
      else toast.remove();
    };
    setTimeout(leave, TOAST);
  }
}
