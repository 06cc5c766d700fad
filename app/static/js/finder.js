// F2: looked for from anywhere. Whoever is chosen goes where the focus was: into the fields of a person, or to the server.
import { announce } from "./announce.js";
import { fire } from "./page.js";

const PERSON = "[data-person]";

let last = null;
let into = "";

const drawer = () => document.getElementById("drawer-find");

// Each time anew: what was found for somebody else is gone, and the server is told whether a field waits for a person.
function begin(from) {
  const field = from?.closest?.(PERSON);
  into = field && !field.readOnly ? field.id : "";
  document.getElementById("find-into").value = into ? "field" : "";
  document.getElementById("find-q").value = "";
  document.getElementById("find-found").replaceChildren();
}

function put(id, value) {
  const field = id && document.getElementById(id);
  if (!field || field.readOnly || field.disabled) return;
  field.value = value;
  fire(field, "input", "change");
}

function fill(button) {
  const name = document.getElementById(into);
  const { putName, putKana, putBirth, putSex } = button.dataset;
  drawer().querySelector("[data-close-drawer]").click();
  if (!name) return;
  put(name.id, putName);
  put(name.dataset.kanaFor?.slice(1), putKana);
  // The other fields of the same person bear the same name.
  if (name.id.includes("name")) {
    put(name.id.replace("name", "birth"), putBirth);
    put(name.id.replace("name", "sex"), putSex);
  }
  name.focus();
  announce(`${putName}の内容を入力しました`);
}

export function startFinder() {
  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest("[data-drawer]")) last = target;
  });
  // On the way down: the drawer takes the focus on the way up.
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest('[data-drawer="drawer-find"]');
    if (opener && opener.getAttribute("aria-expanded") !== "true") begin(last);
  }, true);
  document.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-put-name]");
    if (chosen) fill(chosen);
  });
}
