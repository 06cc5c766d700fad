// What opens in a cell: a text, a list, boxes to tick, or the three parts of a condition. All of it reads back as one text.
const BETWEEN = "｜";
const nameOf = (cell) => cell.dataset.cell.split(".")[0];

export function openEditor(cell, text, typed) {
  const template = document.querySelector(`#sheet-editors template[data-editor="${nameOf(cell)}"]`);
  const shown = cell.querySelector(".sheet-text");
  const root = document.createElement("div");
  root.className = "sheet-editor";
  root.append(template.content.cloneNode(true));
  shown.hidden = true;
  cell.setAttribute("data-editing", "");
  cell.append(root);
  const kind = root.querySelector(".sheet-condition") ? condition : root.querySelector(".sheet-ticks") ? ticks : single;
  const editor = kind(root, text, typed);
  editor.remove = () => {
    root.remove();
    shown.hidden = false;
    cell.removeAttribute("data-editing");
  };
  return { cell, editor };
}

function single(root, text, typed) {
  const field = root.querySelector("[data-piece]");
  if (field.matches("select")) {
    if (![...field.options].some((one) => one.value === text)) field.prepend(new Option(text, text));
    field.value = text;
    field.focus();
    return { read: () => field.value };
  }
  field.value = typed ?? text;
  field.focus();
  if (typed === null) field.setSelectionRange(field.value.length, field.value.length);
  return { read: () => field.value };
}

function ticks(root, text) {
  const boxes = [...root.querySelectorAll("input")];
  const known = new Set(boxes.map((box) => box.value));
  const words = text.split("、").filter(Boolean);
  for (const box of boxes) box.checked = words.includes(box.value);
  const others = words.filter((word) => !known.has(word));
  (boxes.find((box) => box.checked) ?? boxes[0]).focus();
  root.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 2, ArrowUp: -2, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    boxes[Math.min(boxes.length - 1, Math.max(0, boxes.indexOf(document.activeElement) + by))].focus();
  });
  return { read: () => [...boxes.filter((box) => box.checked).map((box) => box.value), ...others].join("、") };
}

const everyOperator = () => [...new Set([...document.querySelectorAll("#sheet-operators > li")].flatMap((one) => one.textContent.split("、")))];

function condition(root, text, typed) {
  const [fact, operator, value] = ["fact", "operator", "value"].map((name) => root.querySelector(`[data-piece=${name}]`));
  const parts = text.split(BETWEEN);
  const whole = parts.length !== 3;
  fact.value = typed ?? (whole ? text : parts[0]);
  const offer = () => {
    const known = [...document.querySelectorAll("#sheet-facts > li")].find((one) => one.dataset.fact === fact.value);
    const listed = known && document.querySelector(`#sheet-operators > li[data-type="${known.dataset.type}"]`);
    const before = operator.value;
    operator.replaceChildren(...(listed ? listed.textContent.split("、") : everyOperator()).map((word) => new Option(word, word)));
    if ([...operator.options].some((one) => one.value === before)) operator.value = before;
    if (known && document.getElementById(`list-values-${known.dataset.id}`)) value.setAttribute("list", `list-values-${known.dataset.id}`);
    else value.removeAttribute("list");
  };
  offer();
  if (!whole) {
    if (![...operator.options].some((one) => one.value === parts[1])) operator.append(new Option(parts[1], parts[1]));
    operator.value = parts[1];
    value.value = parts[2];
  }
  fact.addEventListener("change", offer);
  fact.focus();
  if (typed === null) fact.select();
  const pieces = [fact, operator, value];
  return {
    read: () => {
      if (!fact.value.trim() && !value.value.trim()) return "";
      if (!value.value.trim() && fact.value.includes(BETWEEN)) return fact.value;
      return [fact.value, operator.value, value.value].map((one) => one.trim()).join(BETWEEN);
    },
    next: (back) => {
      const to = pieces[pieces.indexOf(document.activeElement) + (back ? -1 : 1)];
      if (document.activeElement === fact) offer();
      to?.focus();
      if (to?.matches("input")) to.select();
      return Boolean(to);
    },
  };
}
