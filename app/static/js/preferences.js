// Personal settings: each is kept when it is chosen, and this page follows at once.
import { announce } from "./announce.js";
import { post } from "./page.js";

async function keep(field) {
  const form = field.form;
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, [field.name]: field.value });
  try {
    const answer = await post(form.action, body);
    announce(answer.ok ? "保存しました" : "保存できませんでした。選び直してください");
    if (answer.ok) document.documentElement.dataset[field.name] = field.value;
  } catch {
    announce("保存できませんでした。サーバーにつながりません");
  }
}

export const keyDigits = () => document.documentElement.dataset.digits !== "off";
export const enterSends = () => document.documentElement.dataset.enter === "send";

export function startPreferences() {
  document.addEventListener("change", ({ target }) => {
    if (target.form?.matches("[data-preferences]")) keep(target);
  });
}
