// What is on the drawing board at the moment, for whoever shows it elsewhere: others in a live session.
import type { Sketch } from "../../state/sketching.ts";

const NAME = "tp-sketch";

export function tellSketch(root: EventTarget, sketch: Sketch): void {
  root.dispatchEvent(new CustomEvent<Sketch>(NAME, { detail: sketch }));
}

export function onSketch(root: EventTarget, heard: (sketch: Sketch) => void): void {
  root.addEventListener(NAME, (event) => heard((event as CustomEvent<Sketch>).detail));
}
