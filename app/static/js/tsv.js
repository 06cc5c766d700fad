// Blocks of cells as spreadsheets put them on the clipboard: tabs between cells, line ends between rows, quotes around both.
export function copyText(block) {
  return block.map((line) => line.map((text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join("\t")).join("\r\n");
}

export function readBlock(text) {
  const block = [[""]];
  let quoted = false;
  const last = () => block.at(-1);
  const add = (word) => { last()[last().length - 1] += word; };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') { add('"'); at += 1; }
      else if (sign === '"') quoted = false;
      else if (sign !== "\r") add(sign);
    } else if (sign === '"' && last().at(-1) === "") quoted = true;
    else if (sign === "\t") last().push("");
    else if (sign === "\n") block.push([""]);
    else if (sign !== "\r") add(sign);
  }
  // A spreadsheet ends its last row as it ends every other.
  if (block.length > 1 && last().length === 1 && last()[0] === "") block.pop();
  return block;
}
