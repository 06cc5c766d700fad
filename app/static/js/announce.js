// One short sentence in the page's live region. The region stands in the frame and is only ever filled.
let waiting = 0;

function fill(id, text) {
  const region = document.getElementById(id);
  region.textContent = "";
  clearTimeout(waiting);
  // Emptied first, so that the same sentence twice is heard twice.
  waiting = setTimeout(() => { region.textContent = text; }, 60);
}

export const announce = (text) => fill("status", text);

export function alarm(text) {
  document.getElementById("alerts").textContent = text;
}

export function announceFrom(root) {
  const source = root.matches("[data-announce]") ? root : root.querySelector("[data-announce]");
  if (source) announce(source.dataset.announce);
}

// What was said about the screen before is not true of this one.
export function fallSilent() {
  if (document.getElementById("status").textContent) fill("status", "");
}
