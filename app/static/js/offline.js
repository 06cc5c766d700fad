// When the server cannot be reached, or its database is busy, the screen stays as it is; what was sent is sent again after 5, 10 and 20 seconds, then by hand.
// The server takes each step once, so that sending again is safe.
import { alarm, announce } from "./announce.js";
import { leavesScreen } from "./page.js";

const WAITS = [5, 10, 20];
const BUSY = 503;
let again = null;
let tries = 0;
let timer = 0;

const button = () => document.getElementById("send-again");

function clear() {
  clearTimeout(timer);
  again = null;
  tries = 0;
  button().hidden = true;
  alarm("");
}

function sendAgain() {
  clearTimeout(timer);
  const form = again;
  if (!form?.isConnected) return clear();
  form.requestSubmit();
}

function unreachable(form, why = "サーバーにつながりません。") {
  again = form;
  button().hidden = !form;
  const wait = form ? WAITS[tries] : undefined;
  tries += 1;
  alarm(`${why}入力は残っています。${wait ? `${wait}秒後にもう一度送ります。` : ""}`);
  if (wait) timer = setTimeout(sendAgain, wait * 1000);
}

// Only what a person sent is sent again: a search or an answer that came too late is asked for anew anyway.
const formOf = ({ elt, requestConfig }) =>
  requestConfig?.triggeringEvent?.type === "submit" && elt.matches?.("form:not([hx-sync*=replace])") ? elt : null;

// What a page asks by itself every moment says nothing of what a person sent.
const isWatch = ({ requestConfig }) => "X-Kakanai-Screen" in (requestConfig?.headers ?? {});

function refused({ xhr }) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const words = page.querySelector("[data-error-text]")?.dataset.errorText;
  clear();
  alarm(words ?? `処理できませんでした（${xhr.status}）。入力は残っています。画面を開き直しても直らないときは、情報政策課へ連絡してください。`);
}

export function startOffline() {
  document.addEventListener("htmx:sendError", ({ detail }) => isWatch(detail) || unreachable(formOf(detail)));
  document.addEventListener("htmx:timeout", ({ detail }) => isWatch(detail) || unreachable(formOf(detail)));
  // A form that was refused stays with what was typed into it; why stands in the bar above it.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!leavesScreen(detail.xhr)) return;
    detail.shouldSwap = false;
    refused(detail);
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (isWatch(detail)) return;
    if (detail.xhr.status === BUSY) unreachable(formOf(detail), "サーバーが混み合っています。");
    else refused(detail);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (isWatch(detail)) return;
    if (detail.xhr.status && detail.xhr.status < 400 && document.getElementById("alerts").textContent) {
      if (again) announce("サーバーにつながりました");
      clear();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#send-again")) sendAgain();
  });
}
