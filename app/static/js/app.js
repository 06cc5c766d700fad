// Entry. Every module listens at the document, so what a swap brings in needs no wiring;
// `arrive` runs for the first page and for each part that replaces another.
import "./ime.js";
import { startCover } from "./cover.js";
import { startPreferences } from "./preferences.js";
import { startTypeAhead } from "./typeahead.js";
import { startStop } from "./stop.js";
import { openWaitingDialogs, startDialogs } from "./dialogs.js";
import { startCombobox } from "./combobox.js";
import { startList } from "./list.js";
import { startGrid } from "./grid.js";
import { startDigits } from "./digits.js";
import { arriveDrawers, startDrawers } from "./drawers.js";
import { startKeys } from "./keys.js";
import { startCarry } from "./carry.js";
import { startSending } from "./sending.js";
import { startOffline } from "./offline.js";
import { arriveUnsaved, startAutosave } from "./autosave.js";
import { startEcho } from "./echo.js";
import { startKana } from "./kana.js";
import { startPicker } from "./picker.js";
import { arriveMarks, startMarks } from "./marks.js";
import { startFinder } from "./finder.js";
import { startPhrases } from "./phrases.js";
import { startPrint } from "./print.js";
import { arriveMasks } from "./masks.js";
import { arriveMatrix, startMatrix } from "./matrix.js";
import { arriveReveals, arriveTables, arriveToast, startCopies, startPresses, startReveals } from "./small.js";
import { announceFrom } from "./announce.js";
import { startFocus } from "./focus.js";
import { startLeaving } from "./leaving.js";
import { goOn } from "./going_on.js";

function arrive(root) {
  openWaitingDialogs(root);
  announceFrom(root);
  arriveReveals(root);
  arriveTables(root);
  arriveToast(root);
  arriveDrawers(root);
  arriveMasks(root);
  arriveMatrix(root);
  arriveMarks(root);
  arriveUnsaved(root);
  // Few pages ask for a security key: only they fetch what it takes.
  if (root.querySelector("[data-key-answer]") && !document.getElementById("security-key")) {
    const src = new URL("security_key.js", import.meta.url).href;
    document.head.append(Object.assign(document.createElement("script"), { id: "security-key", type: "module", src }));
  }
}

// Order matters where two modules hear the same key: the cover, the stop and the buffer first, the general keys last.
startCover();
startStop();
startPicker();
startTypeAhead();
startCombobox();
startList();
startMatrix();
startGrid();
startDigits();
startDialogs();
startFinder();
startDrawers();
startKeys();
startCarry();
startSending();
startOffline();
startAutosave();
startEcho();
startKana();
startPrint();
startMarks();
startPhrases();
startReveals();
startPresses();
startPreferences();
startCopies();
startFocus(arrive);
startLeaving();
goOn();
