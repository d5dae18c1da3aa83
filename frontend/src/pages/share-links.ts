// The share links with their styles: a part that is loaded when it is asked for.
import "../styles/share.css";

export { openShares } from "../elements/share-dialog.ts";
