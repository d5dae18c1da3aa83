// What the panel does, without its look: signing in, the version of the open sequence, its comments as they are now, markers.
import { rateName, type Rate } from "../../src/core/timecode.ts";
import { ApiError, newKey, type Api } from "../../src/net/api.ts";
import { LiveClient } from "../../src/net/live.ts";
import type { Asset, Comment, LiveEvent, MediaStatus, Person, Project, Version } from "../../src/net/types.ts";
import { markersOf, planMarkers } from "./marker-plan.ts";
import { START, threadsOf, type Filter, type PanelPorts, type PanelState } from "./panel-state.ts";
import { placeOf, type Alignment, type SequenceShape, type VersionShape } from "./place.ts";
import { HostRefused } from "./premiere-host.ts";
import { addressOf, apiOf, askSignIn, beginSignIn, ticketSocket, versionIdIn, type DeviceCode } from "./server.ts";
import { say } from "./words.ts";

const SYNC_AFTER_MS = 800; // so that several events in a row become one step of Undo

export class Panel {
  state: PanelState = START;
  private api: Api | null = null;
  private live: LiveClient | null = null;
  private readonly comments = new Map<string, Comment>();
  private shape: VersionShape | null = null;
  private cancelPoll: (() => void) | null = null;
  private cancelSync: (() => void) | null = null;

  constructor(
    private readonly ports: PanelPorts,
    private readonly changed: (state: PanelState) => void,
    defaultAddress = "",
  ) {
    this.state = { ...START, address: ports.keeper.choice("address") ?? defaultAddress, keepInSync: ports.keeper.choice("keep") === "1" };
  }

  private set(change: Partial<PanelState>): void {
    this.state = { ...this.state, ...change };
    this.changed(this.state);
  }

  /** Do it, and say what went wrong. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) await this.signOut(say("signedOut"));
      else this.set({ says: { text: wordsOf(error), bad: true } });
    }
  }

  start(): Promise<void> {
    return this.attempt(async () => {
      const token = await this.ports.keeper.secret();
      this.changed(this.state);
      if (token && this.state.address) await this.enter(token);
    });
  }

  // --- signing in -------------------------------------------------------------------------------------------------------

  signIn(typed: string): Promise<void> {
    return this.attempt(async () => {
      const address = addressOf(typed);
      if (!address) {
        this.set({ says: { text: say("notAnAddress"), bad: true } });
        return;
      }
      this.set({ says: null, address });
      const code = await beginSignIn(this.ports.request, address);
      this.ports.keeper.keepChoice("address", address);
      this.set({ step: "code", code });
      this.ask(code, code.interval);
      await this.ports.browse(code.verification_uri_complete);
    });
  }

  private ask(code: DeviceCode, interval: number): void {
    this.cancelPoll = this.ports.after(interval * 1000, () => {
      void this.attempt(async () => {
        if (this.state.code !== code) return;
        const answer = await askSignIn(this.ports.request, this.state.address, code, interval).catch(() => ({ wait: interval }));
        if (this.state.code !== code) return;
        if ("wait" in answer) this.ask(code, answer.wait);
        else if ("error" in answer) this.set({ step: "sign-in", code: null, says: { text: say(answer.error), bad: true } });
        else {
          await this.ports.keeper.keepSecret(answer.token);
          await this.enter(answer.token);
        }
      });
    });
  }

  cancelSignIn(): void {
    this.cancelPoll?.();
    this.set({ step: "sign-in", code: null });
  }

  browseAgain(): Promise<void> {
    return this.attempt(async () => void (await this.ports.browse(this.state.code?.verification_uri_complete ?? "")));
  }

  async signOut(why = ""): Promise<void> {
    this.leave();
    this.api = null;
    await this.ports.keeper.keepSecret(null);
    this.set({ ...START, address: this.state.address, keepInSync: this.state.keepInSync, says: why ? { text: why, bad: true } : null });
  }

  private async enter(token: string): Promise<void> {
    this.api = apiOf(this.ports.request, this.state.address, token);
    const me = await this.api.send<Person>("me");
    this.set({ me: me.name, code: null, says: null });
    await this.findVersion();
  }

  private get signed(): Api {
    if (!this.api) throw new ApiError(401, "unauthorized", "", "");
    return this.api;
  }

  // --- which version ----------------------------------------------------------------------------------------------------

  /** The one chosen for this sequence before, or the newest of the one stack that is called as the sequence is. */
  private async findVersion(): Promise<void> {
    const sequence = await this.ports.host.sequence();
    const kept = sequence && this.ports.keeper.choice(`version ${sequence.id}`);
    if (kept) {
      try {
        return await this.show(kept);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    }
    const projects = await this.signed.all<Project>("projects");
    this.set({ projects });
    if (sequence) {
      const wanted = new Set([sequence.name.toLowerCase(), sequence.name.toLowerCase().replace(/[ _-]*v\d+$/, "")]);
      const assets = (await Promise.all(projects.map((project) => this.signed.all<Asset>(`projects/${project.id}/assets`)))).flat();
      const found = assets.filter((asset) => wanted.has(asset.name.toLowerCase()) && asset.latest_version !== null);
      const latest = found.length === 1 ? found[0]?.latest_version : null;
      if (latest) return this.show(latest.id);
    }
    this.set({ step: "choose" });
  }

  chooseAgain(): Promise<void> {
    return this.attempt(async () => {
      this.leave();
      this.set({ step: "choose", says: null, projects: await this.signed.all<Project>("projects") });
    });
  }

  chooseProject(project: string): Promise<void> {
    return this.attempt(async () => {
      this.set({ chosen: { project, stack: "" }, stacks: [], versions: [] });
      if (project) this.set({ stacks: await this.signed.all<Asset>(`projects/${project}/assets`) });
    });
  }

  chooseStack(stack: string): Promise<void> {
    return this.attempt(async () => {
      this.set({ chosen: { ...this.state.chosen, stack }, versions: [] });
      if (stack) this.set({ versions: (await this.signed.all<Version>(`assets/${stack}/versions`)).map((one) => ({ id: one.id, name: `v${one.number} ${one.name || one.original_name}` })) });
    });
  }

  /** By its id, or the address of its page. */
  chooseVersion(typed: string): Promise<void> {
    return this.attempt(async () => {
      const id = versionIdIn(typed);
      if (!id) {
        this.set({ says: { text: say("noVersion"), bad: true } });
        return;
      }
      await this.show(id);
      const sequence = await this.ports.host.sequence();
      if (sequence) this.ports.keeper.keepChoice(`version ${sequence.id}`, id);
    });
  }

  private async show(id: string): Promise<void> {
    const version = await this.signed.send<Version>(`versions/${id}`);
    this.leave();
    const kept = this.ports.keeper.choice(`begins ${id}`);
    const alignment: Alignment = kept === null ? "timecode" : kept === "start" ? "start" : Number(kept);
    this.set({ step: "comments", version, newer: null, loaded: false, threads: [], alignment, says: null, live: "connecting" });
    // The number first, then the list: what happens in between comes by its number, and putting it twice does no harm.
    const { seq } = await this.signed.send<{ seq: number }>(`versions/${id}/socket-tickets`, { method: "POST" });
    await this.load(version);
    this.connect(version, seq);
  }

  private async load(version: Version): Promise<void> {
    const [comments, media] = [await this.signed.all<Comment>(`versions/${version.id}/comments?page_size=1000`), await this.signed.send<MediaStatus>(`versions/${version.id}/media`)];
    this.comments.clear();
    for (const comment of comments) this.comments.set(comment.id, comment);
    const { rate, frame_count, start_frame } = media;
    this.shape = rate && frame_count !== null ? { rate: { num: rate.num, den: rate.den, dropFrame: rate.drop_frame }, frameCount: frame_count, startFrame: start_frame } : null;
    this.set({ loaded: true, threads: threadsOf(this.comments.values()) });
  }

  /** Stop listening to the version that was shown. */
  leave(): void {
    this.cancelPoll?.();
    this.cancelSync?.();
    this.live?.stop();
    this.live = null;
    this.comments.clear();
    this.shape = null;
  }

  // --- live -------------------------------------------------------------------------------------------------------------

  private connect(version: Version, seq: number): void {
    const api = this.signed;
    this.live = new LiveClient(
      {
        open: (after) => ticketSocket(api, `versions/${version.id}`, after, this.ports.open),
        fetchAfter: async (after) => (await api.page<LiveEvent>(`projects/${version.project_id}/events?after=${after}`)).data,
        after: this.ports.after,
        random: this.ports.random,
      },
      { event: (event) => this.take(event, version), progress: () => {}, state: (live) => this.set({ live }) },
      seq,
    );
    this.live.start();
  }

  private take(event: LiveEvent, version: Version): void {
    const [thing, what] = event.kind.split(".");
    if (thing === "comment") {
      const comment = event.payload as Comment;
      if (comment.version_id !== version.id) return;
      if (what === "deleted") this.comments.delete(comment.id);
      else this.comments.set(comment.id, { ...comment, can: this.comments.get(comment.id)?.can ?? comment.can ?? [] });
      this.set({ threads: threadsOf(this.comments.values()) });
      if (this.state.keepInSync) this.syncSoon();
    } else if (event.kind === "asset.updated") {
      const { id, latest_version: latest } = event.payload as Asset;
      if (id === version.asset_id && latest && latest.number > version.number) this.set({ newer: { id: latest.id, number: latest.number } });
    } else if (event.kind === "version.deleted" && (event.payload as Version).id === version.id) this.set({ says: { text: say("versionGone"), bad: true } });
  }

  private syncSoon(): void {
    this.cancelSync?.();
    this.cancelSync = this.ports.after(SYNC_AFTER_MS, () => void this.sync());
  }

  // --- comments ---------------------------------------------------------------------------------------------------------

  showOnly(filter: Filter): void {
    this.set({ filter });
  }

  find(text: string): void {
    this.set({ text });
  }

  complete(id: string, completed: boolean): Promise<void> {
    return this.attempt(async () => this.put(await this.signed.send<Comment>(`comments/${id}`, { method: "PATCH", body: { completed } })));
  }

  /** Whether it was sent. */
  async reply(parent: Comment, text: string): Promise<boolean> {
    return this.write({ text, frame: parent.frame, parent_id: parent.id });
  }

  /** A comment on the frame under the playhead. Whether it was sent. */
  async commentHere(text: string): Promise<boolean> {
    let sent = false;
    await this.attempt(async () => {
      const { first, version } = await this.place();
      const frame = (await this.ports.host.playhead()) - first;
      if (frame < 0 || frame >= version.frameCount) throw new Refusal(say("beyond"));
      sent = await this.write({ text, frame });
    });
    return sent;
  }

  private async write(body: { text: string; frame: number; parent_id?: string }): Promise<boolean> {
    if (body.text.trim() === "") return false;
    let sent = false;
    await this.attempt(async () => {
      this.put(await this.signed.send<Comment>(`versions/${this.state.version?.id}/comments`, { method: "POST", body, idempotencyKey: newKey() }));
      sent = true;
    });
    return sent;
  }

  private put(comment: Comment): void {
    this.comments.set(comment.id, comment);
    this.set({ threads: threadsOf(this.comments.values()), says: null });
    if (this.state.keepInSync) this.syncSoon();
  }

  browse(url: string): Promise<void> {
    return this.attempt(async () => void (await this.ports.browse(url)));
  }

  // --- the sequence -----------------------------------------------------------------------------------------------------

  private async place(): Promise<{ first: number; sequence: SequenceShape; version: VersionShape }> {
    const sequence = await this.ports.host.sequence();
    if (!sequence) throw new Refusal(say("noSequence"));
    if (!this.shape) throw new Refusal(say("notCounted"));
    const found = placeOf(sequence, this.shape, this.state.alignment);
    if (!found.ok) throw new Refusal(say("otherRate", { version: rateName(this.shape.rate satisfies Rate) }));
    return { first: found.first, sequence, version: this.shape };
  }

  jump(comment: Comment): Promise<void> {
    return this.attempt(async () => {
      const { first, sequence } = await this.place();
      const frame = first + comment.frame;
      if (frame < 0 || frame >= sequence.frames) throw new Refusal(say("beyond"));
      await this.ports.host.jump(frame);
      this.set({ says: null });
    });
  }

  /** Where the version begins in the sequence: by its timecode, at the start, or where the playhead stands now. */
  align(how: "timecode" | "start" | "playhead"): Promise<void> {
    return this.attempt(async () => {
      const alignment: Alignment = how === "playhead" ? await this.ports.host.playhead() : how;
      this.ports.keeper.keepChoice(`begins ${this.state.version?.id}`, alignment === "timecode" ? null : String(alignment));
      this.set({ alignment });
      if (this.state.keepInSync) this.syncSoon();
    });
  }

  keepInSync(keepInSync: boolean): void {
    this.ports.keeper.keepChoice("keep", keepInSync ? "1" : null);
    this.set({ keepInSync });
    if (keepInSync) this.syncSoon();
  }

  /** Make our markers in the sequence what the comments are. The editor's own are left alone. */
  sync(): Promise<void> {
    return this.attempt(async () => {
      const { first, sequence } = await this.place();
      const { wanted, outside } = markersOf(this.state.threads, first, sequence.frames);
      const plan = planMarkers(await this.ports.host.markers(), wanted, outside);
      await this.ports.host.apply(plan);
      const told = say("synced", { added: plan.add.length, changed: plan.change.length, removed: plan.remove.length, kept: plan.kept });
      this.set({ says: { text: outside ? `${told} ${say("outside", { outside })}` : told, bad: false } });
    });
  }

  removeMarkers(): Promise<void> {
    return this.attempt(async () => {
      const plan = planMarkers(await this.ports.host.markers(), [], 0);
      await this.ports.host.apply(plan);
      this.set({ says: { text: say("synced", { added: 0, changed: 0, removed: plan.remove.length, kept: 0 }), bad: false } });
    });
  }
}

/** What cannot be done, in words for the person. */
class Refusal extends Error {}

function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return `${error.message} ${error.remedy}`.trim() || say("offline");
  if (error instanceof HostRefused) return error.message === "getActiveSequence" ? say("noSequence") : say("hostRefused", { what: error.message });
  return error instanceof Error ? error.message : String(error);
}
