// Dialogs open by their button (command/commandfor; here for browsers that do not know it) or on arrival (data-modal).
import { noteStop } from "./stop.js";

const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;

export function openWaitingDialogs(root) {
  for (const dialog of root.querySelectorAll("dialog[data-modal]")) {
    if (dialog.matches(":modal")) continue;
    dialog.removeAttribute("open");
    if (dialog.matches("[data-stop]")) noteStop(dialog);
    dialog.showModal();
  }
}

export function startDialogs() {
  if (knowsCommands) return;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    event.target.closest("[data-close-dialog]")?.closest("dialog").close();
  });
}
