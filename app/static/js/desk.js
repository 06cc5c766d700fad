// What only the pages of the rule desk need.
import { startSheet } from "./sheet.js";

startSheet();
