// Paints what people and checks say about frames: in and out, what is approved, comments, markers, findings.
import type { Cluster } from "../core/mark-clusters.ts";
import { DISC, DISC_MIDDLE, GHOST_RING, rangeRow, type LaneLayout, type Mark, type Severity, type TimelineLanes } from "../core/timeline-lanes.ts";
import { xOf, type View } from "../core/timeline-view.ts";
import type { FrameRange } from "../player/player.ts";
import type { Palette } from "./timeline-palette.ts";

export interface MarksInput {
  readonly view: View;
  readonly width: number;
  readonly layout: LaneLayout;
  readonly palette: Palette;
  readonly lanes: TimelineLanes;
  readonly clusters: readonly Cluster[];
  /** Row of each range in the comments' lane. */
  readonly rows: ReadonlyMap<string, number>;
  readonly range: FrameRange | null;
  /** The comment that the keyboard stands on. */
  readonly focused: string | null;
}

export function paintMarks(draw: CanvasRenderingContext2D, input: MarksInput): void {
  paintRange(draw, input);
  paintApproved(draw, input);
  paintFindings(draw, input);
  paintMarkers(draw, input);
  paintGhosts(draw, input);
  paintCommentRanges(draw, input);
  paintComments(draw, input);
}

function paintRange(draw: CanvasRenderingContext2D, { view, width, layout, palette, range }: MarksInput): void {
  if (!range) return;
  const left = xOf(view, width, range.first);
  const right = Math.max(left + 2, xOf(view, width, range.last + 1));
  draw.fillStyle = palette.accent;
  draw.globalAlpha = 0.13;
  draw.fillRect(left, layout.ruler.top, right - left, layout.height - layout.ruler.top);
  draw.globalAlpha = 1;
  draw.fillRect(left, layout.ruler.top + layout.ruler.height - 3, right - left, 3);
}

function paintApproved(draw: CanvasRenderingContext2D, { view, width, layout, palette, lanes }: MarksInput): void {
  if (lanes.approvedUpTo === null) return;
  const x = xOf(view, width, lanes.approvedUpTo + 1);
  if (x <= 0) return;
  draw.fillStyle = palette.good;
  draw.fillRect(0, layout.ruler.top, Math.min(x, width), 2);
  if (x > width) return;
  draw.fillRect(Math.round(x) - 1, layout.ruler.top, 2, layout.height - layout.ruler.top);
}

const severityColor = (palette: Palette, severity: Severity): string => (severity === "error" ? palette.bad : severity === "warn" ? palette.accent : palette.info);

function paintFindings(draw: CanvasRenderingContext2D, { view, width, layout, palette, lanes }: MarksInput): void {
  const lane = layout.findings;
  if (!lane) return;
  draw.fillStyle = palette.line;
  draw.fillRect(0, lane.top + lane.height - 1, width, 1);
  for (const severity of ["info", "warn", "error"] as const) {
    draw.fillStyle = severityColor(palette, severity);
    for (const finding of lanes.findings) {
      if (finding.severity !== severity) continue;
      const left = xOf(view, width, finding.frame);
      const wide = Math.max(3, xOf(view, width, finding.frame + finding.duration_frames) - left);
      // Not by colour alone: the graver, the taller.
      const height = severity === "error" ? 7 : severity === "warn" ? 5 : 3;
      if (left <= width && left + wide >= 0) draw.fillRect(left, lane.top + 8 - height, wide, height);
    }
  }
}

function paintMarkers(draw: CanvasRenderingContext2D, { view, width, layout, palette, lanes }: MarksInput): void {
  const lane = layout.markers;
  if (!lane) return;
  draw.font = `10.5px ${palette.font}`;
  draw.textBaseline = "middle";
  lanes.markers.forEach((marker, i) => {
    const left = xOf(view, width, marker.frame);
    const right = xOf(view, width, marker.frame + marker.duration_frames);
    if (left > width || Math.max(right, left + 120) < 0) return;
    draw.fillStyle = marker.colour ?? palette.info;
    if (marker.duration_frames > 1) {
      draw.globalAlpha = 0.3;
      draw.fillRect(left, lane.top + 1, Math.max(2, right - left), lane.height - 2);
      draw.globalAlpha = 1;
    }
    draw.beginPath();
    draw.moveTo(left, lane.top + 2);
    draw.lineTo(left + 8, lane.top + 6);
    draw.lineTo(left, lane.top + 10);
    draw.fill();
    draw.fillRect(left, lane.top + 2, 1.5, lane.height - 3);
    const next = lanes.markers[i + 1];
    const room = (next ? xOf(view, width, next.frame) : width) - left - 16;
    if (room < 24) return;
    draw.fillStyle = palette.dim;
    draw.fillText(cut(draw, marker.name, room), left + 12, lane.top + lane.height / 2);
  });
}

function cut(draw: CanvasRenderingContext2D, text: string, room: number): string {
  if (draw.measureText(text).width <= room) return text;
  const letters = Math.floor(room / draw.measureText("m").width) - 1;
  return letters > 1 ? `${text.slice(0, letters)}…` : "";
}

function paintCommentRanges(draw: CanvasRenderingContext2D, { view, width, layout, palette, lanes, rows }: MarksInput): void {
  const paint = (mark: Mark): void => {
    const left = xOf(view, width, mark.frame);
    const wide = Math.max(4, xOf(view, width, mark.frame + mark.frames) - left);
    if (left > width || left + wide < 0) return;
    const { top, height } = rangeRow(layout.comments, rows.get(mark.id) ?? 0);
    draw.globalAlpha = mark.selected ? 1 : mark.done ? 0.3 : 0.75;
    draw.fillStyle = mark.selected ? palette.text : palette.person(mark.authorId);
    draw.beginPath();
    draw.roundRect(left, top, wide, height, 2);
    draw.fill();
  };
  for (const mark of lanes.marks) if (mark.frames > 1 && !mark.selected) paint(mark);
  for (const mark of lanes.marks) if (mark.frames > 1 && mark.selected) paint(mark);
  draw.globalAlpha = 1;
}

/** Rings without a filling, and what they span as a dashed line. */
function paintGhosts(draw: CanvasRenderingContext2D, { view, width, layout, palette, lanes }: MarksInput): void {
  const middle = layout.comments.top + DISC_MIDDLE;
  draw.strokeStyle = palette.dim;
  draw.lineWidth = 1.5;
  let before = Number.NEGATIVE_INFINITY;
  for (const ghost of lanes.ghosts) {
    const x = xOf(view, width, ghost.frame + 0.5);
    const end = xOf(view, width, ghost.frame + ghost.frames);
    if (x > width + GHOST_RING || end < -GHOST_RING) continue;
    draw.setLineDash([2.5, 2]);
    if (ghost.frames > 1 && end > x + GHOST_RING) {
      draw.beginPath();
      draw.moveTo(x + GHOST_RING, middle);
      draw.lineTo(end, middle);
      draw.stroke();
    }
    if (x - before < 2) continue; // they would only make one ring heavier
    before = x;
    draw.beginPath();
    draw.arc(x, middle, GHOST_RING, 0, 7);
    draw.stroke();
  }
  draw.setLineDash([]);
}

const COUNT_WIDTH = 20;
const COUNT_HEIGHT = 14;
/** Numbers of clusters as pictures: writing some seventy texts anew in every frame of a pan costs more than all else. */
const countImages = new Map<string, HTMLCanvasElement>();

function countImage(text: string, palette: Palette, density: number): HTMLCanvasElement {
  const key = `${text} ${palette.panel} ${density}`;
  const known = countImages.get(key);
  if (known) return known;
  const image = document.createElement("canvas");
  image.width = Math.ceil(COUNT_WIDTH * density);
  image.height = Math.ceil(COUNT_HEIGHT * density);
  const draw = image.getContext("2d");
  if (draw) {
    draw.scale(density, density);
    draw.font = `650 ${text.length > 2 ? 8 : 9.5}px ${palette.font}`;
    draw.fillStyle = palette.panel;
    draw.textBaseline = "middle";
    draw.textAlign = "center";
    draw.fillText(text, COUNT_WIDTH / 2, COUNT_HEIGHT / 2 + 0.5);
  }
  countImages.set(key, image);
  return image;
}

function paintComments(draw: CanvasRenderingContext2D, { view, width, layout, palette, clusters, focused }: MarksInput): void {
  const middle = layout.comments.top + DISC_MIDDLE;
  const left = (view.start * width) / view.span;
  const disc = (x: number, radius: number): void => {
    draw.beginPath();
    draw.arc(x, middle, radius, 0, 7);
    draw.fill();
  };
  let chosen: { cluster: Cluster; x: number } | null = null;
  const paint = (cluster: Cluster, x: number): void => {
    const [mark] = cluster.marks;
    if (!mark) return;
    const selected = cluster.marks.some((one) => one.selected);
    const many = cluster.marks.length > 1;
    draw.globalAlpha = cluster.marks.every((one) => one.done) && !selected ? 0.4 : 1;
    const radius = many ? 8 : selected ? 6.5 : DISC;
    if (selected) {
      draw.fillStyle = palette.panel;
      disc(x, radius + 2);
    }
    const oneAuthor = cluster.marks.every((one) => one.authorId === mark.authorId);
    draw.fillStyle = selected ? palette.text : oneAuthor ? palette.person(mark.authorId) : palette.dim;
    disc(x, radius);
    if (many) {
      const text = cluster.marks.length > 99 ? "99+" : String(cluster.marks.length);
      draw.drawImage(countImage(text, palette, draw.getTransform().a), x - COUNT_WIDTH / 2, middle - COUNT_HEIGHT / 2, COUNT_WIDTH, COUNT_HEIGHT);
    }
    if (focused !== null && cluster.marks.some((one) => one.id === focused)) {
      draw.strokeStyle = palette.text;
      draw.lineWidth = 2;
      draw.beginPath();
      draw.arc(x, middle, radius + 3, 0, 7);
      draw.stroke();
    }
  };
  for (const cluster of clusters) {
    const x = cluster.x - left;
    if (x < -12 || x > width + 12) continue;
    const inside = Math.min(width - 6, Math.max(6, x));
    if (cluster.marks.some((mark) => mark.selected)) chosen = { cluster, x: inside };
    else paint(cluster, inside);
  }
  if (chosen) paint(chosen.cluster, chosen.x);
  draw.globalAlpha = 1;
}
