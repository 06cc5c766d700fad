// ガイダンス, メモ and, in a narrow window, the right column: opened by their button, closed by Esc, the focus goes back.
import { topDialog } from "./page.js";

let open = null;

const panelOf = (id) => document.getElementById(id);

function show(panel, opener) {
  hide();
  open = { panel, opener, from: document.activeElement };
  panel.hidden = false;
  panel.dataset.open = "";
  opener.setAttribute("aria-expanded", "true");
  turnToTopic(panel, open.from);
  (panel.querySelector("textarea") ?? panel.querySelector("input:not([type=hidden], [data-later]), select") ?? panel).focus();
}

// The drawer speaks about the item that had the focus, if it knows it.
function turnToTopic(panel, from) {
  const topic = from?.closest?.("[data-guide]")?.dataset.guide;
  const wanted = topic && panel.querySelector(`#guide-${CSS.escape(topic)}`);
  for (const section of panel.querySelectorAll("section[id^='guide-']")) section.hidden = Boolean(wanted) && section !== wanted;
}

function hide() {
  if (!open) return;
  const { panel, opener, from } = open;
  open = null;
  if (!panel.isConnected) return;
  delete panel.dataset.open;
  if (panel.matches(".drawer")) panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (from?.isConnected && from !== document.body) from.focus();
  else opener.focus();
}

// One that came open: something in it was refused.
export function arriveDrawers(root) {
  const panel = root.querySelector(".drawer[data-open]");
  const opener = panel && document.querySelector(`[data-drawer="${panel.id}"]`);
  if (opener) show(panel, opener);
}

export function startDrawers() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-drawer]");
    if (opener) {
      const panel = panelOf(opener.dataset.drawer);
      // Another opener of the same drawer only fills it anew.
      if (open?.panel === panel && open.opener === opener && panel.isConnected) hide();
      else if (panel) show(panel, opener);
    } else if (event.target.closest("[data-close-drawer]")) {
      hide();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !open || topDialog()) return;
    event.preventDefault();
    hide();
  });
}
