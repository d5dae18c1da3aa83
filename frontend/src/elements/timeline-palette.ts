// The colours of the timeline, read from the page's design tokens once per theme.
import { hueOf } from "./dom.ts";

export interface Palette {
  readonly line: string;
  readonly strong: string;
  readonly sunk: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly accentText: string;
  readonly onAccent: string;
  readonly panel: string;
  readonly good: string;
  readonly bad: string;
  readonly info: string;
  readonly font: string;
  person(id: string): string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const lightness = style.colorScheme.includes("light") ? "38%" : "64%";
  const people = new Map<string, string>();
  return {
    line: color("--line"),
    strong: color("--line-strong"),
    sunk: color("--sunk"),
    text: color("--text"),
    dim: color("--dim"),
    accent: color("--accent"),
    accentText: color("--accent-text"),
    onAccent: color("--on-accent"),
    panel: color("--panel"),
    good: color("--good"),
    bad: color("--bad"),
    info: color("--info"),
    font: color("--mono"),
    person: (id) => {
      const known = people.get(id);
      if (known) return known;
      const made = `hsl(${hueOf(id)} 62% ${lightness})`;
      people.set(id, made);
      return made;
    },
  };
}
