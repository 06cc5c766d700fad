// Prints the PDF that stands in a frame of this page.
import { alarm } from "./announce.js";

export function startPrint() {
  document.addEventListener("click", (event) => {
    const id = event.target.closest("[data-print]")?.dataset.print;
    const frame = id && document.getElementById(id);
    if (!frame) return;
    try {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    } catch {
      alarm("この画面から印刷できませんでした。PDFの表示の中の印刷ボタンを使ってください。");
    }
  });
}
