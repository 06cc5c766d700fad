// A page that is left is hidden, so that one out of the browser's own store comes up empty and is asked for again (AC-52).
// Where nobody is signed in, nothing stays of whoever was (AC-51); the server says the same when somebody signs out.
export function startLeaving() {
  window.addEventListener("pagehide", () => { document.body.hidden = true; });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  if (document.body.dataset.who) return;
  sessionStorage.clear();
  localStorage.clear();
}
