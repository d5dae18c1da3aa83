// The labels of the project, kept up to date by its events.
import type { Label } from "../net/types.ts";
import { Store } from "./store.ts";

export interface LabelsPort {
  list(): Promise<Label[]>;
  create(name: string, colour: string): Promise<Label>;
  change(id: string, change: { name?: string; colour?: string }): Promise<Label>;
  remove(id: string): Promise<void>;
}

export class Labels {
  readonly store = new Store<{ labels: readonly Label[] }>({ labels: [] });

  constructor(private readonly port: LabelsPort) {}

  async load(): Promise<void> {
    this.set(await this.port.list());
  }

  async create(name: string, colour: string): Promise<void> {
    this.put(await this.port.create(name, colour));
  }

  async change(id: string, change: { name?: string; colour?: string }): Promise<void> {
    this.put(await this.port.change(id, change));
  }

  async remove(id: string): Promise<void> {
    await this.port.remove(id);
    this.drop(id);
  }

  apply(kind: string, payload: unknown): void {
    if (!kind.startsWith("label.")) return;
    const label = payload as Label;
    if (kind === "label.deleted") this.drop(label.id);
    else this.put(label);
  }

  private put(label: Label): void {
    this.set([...this.store.state.labels.filter((one) => one.id !== label.id), label]);
  }

  private drop(id: string): void {
    this.set(this.store.state.labels.filter((one) => one.id !== id));
  }

  private set(labels: readonly Label[]): void {
    this.store.set({ labels: [...labels].sort((a, b) => a.name.localeCompare(b.name)) });
  }
}
