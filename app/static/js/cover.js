// A screen that is left alone covers itself; the password lifts it and everything typed is still there. Shortly before the session
// ends the cover says so, then the sign-in page comes. All windows of this browser count as one desk. What the page asks for by
// itself counts as nothing; typing for a long time without sending counts as work.
import { arrivedAnswers } from "./page.js";

const POLL = { "X-Kakanai-Poll": "1" };
const NOTICE = 120_000;
const STAY = 600_000;
const EVERY = 1000;
const HERE = 15_000;
const AGAIN = 30_000;

const cover = () => document.getElementById("cover");
const limits = () => {
  const { coverAfter, idleLimit } = document.body.dataset;
  return { cover: Number(coverAfter) * 1000, idle: Number(idleLimit) * 1000 };
};

const others = new BroadcastChannel("desk");
let lastInput = Date.now();
let lastSent = Date.now();
let told = 0;
let staying = false;
let asked = Date.now();
let from = null;
let leaving = 0;

function note(kind) {
  const now = Date.now();
  if (kind === "sent") lastSent = now;
  else lastInput = now;
  if (now - told < EVERY && kind === "input") return;
  told = now;
  others.postMessage(kind);
}

const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));
const send = (address, more, body) => fetch(address, { method: "POST", headers: { ...headers(), "HX-Request": "true", ...more }, body, cache: "no-store" });

// It is due every second then: a way begun anew each time would never arrive where the server needs longer.
function leave() {
  const now = Date.now();
  if (now - leaving < AGAIN) return;
  leaving = now;
  const back = new URLSearchParams({ who: document.body.dataset.who, back: location.pathname });
  location.assign(`/login?${back}`);
}

function show() {
  const dialog = cover();
  if (dialog.open) return;
  from = document.activeElement;
  document.documentElement.dataset.covered = "";
  dialog.showModal();
  dialog.querySelector("[data-first]").focus();
}

function lift() {
  const dialog = cover();
  delete document.documentElement.dataset.covered;
  dialog.querySelector("form").reset();
  document.getElementById("cover-error").textContent = "";
  document.getElementById("cover-ends").textContent = "";
  if (dialog.open) dialog.close();
  if (from?.isConnected) from.focus();
}

const isCovered = () => "covered" in document.documentElement.dataset;

async function unlock(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const field = cover().querySelector("[data-first]");
  const said = document.getElementById("cover-error");
  said.textContent = "";
  try {
    const answer = await send("/uncover", {}, new URLSearchParams(new FormData(event.target)));
    if (answer.status === 401) return leave();
    if (answer.ok) {
      note("sent");
      note("input");
      others.postMessage("lifted");
      return lift();
    }
    said.textContent = answer.status === 422 ? await answer.text() : "確かめられませんでした。もう一度押してください。";
  } catch {
    said.textContent = "サーバーにつながりません。少し待って、もう一度押してください。";
  }
  if ("value" in field) field.value = "";
  field.focus();
}

async function stay() {
  if (staying) return;
  staying = true;
  try {
    const answer = await send("/stay", {});
    if (answer.ok) note("sent");
  } finally {
    staying = false;
  }
}

// Whoever signs in elsewhere, is shut out or signs out in another window leaves nothing on a screen that nobody touches.
async function stillHere() {
  asked = Date.now();
  const who = { "HX-Request": "true", "X-Kakanai-Who": document.body.dataset.who };
  try {
    const answer = await fetch("/here", { headers: { ...POLL, ...who }, cache: "no-store" });
    if (answer.status === 401) leave();
  } catch { /* the server is away: said elsewhere */ }
}

function watch() {
  const now = Date.now();
  const limit = limits();
  const left = lastSent + limit.idle - now;
  if (left <= 0) return leave();
  if (isCovered()) {
    const words = document.getElementById("cover-ends");
    if (left <= NOTICE && !words.textContent) words.textContent = "あと2分で自動的にログアウトします。続けるときはご本人の確認をしてください。";
    if (!cover().open) show();
  } else if (now - lastInput >= limit.cover) {
    show();
    send("/cover", POLL).catch(() => {});
    others.postMessage("covered");
  } else if (lastInput - lastSent > Math.min(STAY, limit.idle / 2)) {
    stay().catch(() => {});
  } else if (now - asked >= HERE && !document.hidden) {
    stillHere();
  }
}

export function startCover() {
  if (!cover()) return;
  for (const type of ["keydown", "pointerdown", "pointermove", "wheel", "input"]) {
    document.addEventListener(type, () => { if (!isCovered()) note("input"); }, { capture: true, passive: true });
  }
  // While the cover is there, keys belong to it alone.
  document.addEventListener("keydown", (event) => {
    if (isCovered() && !(event.target instanceof Element && event.target.closest("#cover") && event.key !== "Escape")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (isCovered()) {
      event.stopPropagation();
    }
  }, true);
  document.getElementById("cover-form").addEventListener("submit", unlock, true);
  cover().addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!("X-Kakanai-Poll" in detail.requestConfig.headers) && detail.xhr.status && detail.xhr.status < 400) note("sent");
  });
  // An answer that says the session is over leads to the sign-in page with the way back to here.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    const wanted = event.detail.xhr.getResponseHeader("HX-Redirect") ?? "";
    if (wanted.startsWith("/cover")) show();
    else leave();
  });
  arrivedAnswers(() => note("sent"));
  others.addEventListener("message", ({ data }) => {
    if (data === "sent") lastSent = Date.now();
    if (data === "input") lastInput = Date.now();
    if (data === "covered") show();
    if (data === "lifted") {
      lastSent = lastInput = Date.now();
      lift();
    }
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !isCovered()) stillHere(); });
  others.postMessage("sent");
  setInterval(watch, EVERY);
}
