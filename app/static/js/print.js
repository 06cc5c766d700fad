// Prints the PDF that stands in a frame of this page: on its button, or once by itself where the city wants it so.
import { alarm } from "./announce.js";

const REMEMBERED = "printed";

export function startPrint() {
  document.addEventListener("click", (event) => {
    const id = event.target.closest("[data-print]")?.dataset.print;
    const frame = id && document.getElementById(id);
    if (frame) print(frame);
  });
  // A frame's load does not bubble; it is seen on its way down.
  document.addEventListener("load", (event) => {
    const frame = event.target;
    if (frame instanceof HTMLIFrameElement && "printOnce" in frame.dataset) once(frame);
  }, true);
}

function print(frame) {
  try {
    frame.contentWindow.focus();
    frame.contentWindow.print();
  } catch {
    alarm("この画面から印刷できませんでした。PDFの表示の中の印刷ボタンを使ってください。");
  }
}

// Reloading the page or coming back to it must not print again: the window remembers the last document it handed over.
function once(frame) {
  const address = frame.src.split("#")[0];
  if (sessionStorage.getItem(REMEMBERED) === address) return;
  sessionStorage.setItem(REMEMBERED, address);
  print(frame);
}
