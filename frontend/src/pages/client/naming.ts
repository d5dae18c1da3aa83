// What the guest at this page is called: asked when it is needed, shown in the head of the page, changed there.
import { askForName, changeName, type Called } from "../../elements/guest-name.ts";
import { avatar, fill, h } from "../../elements/dom.ts";
import { initials } from "../../core/wording.ts";
import { t } from "../../language/translate.ts";
import type { Person } from "../../net/types.ts";
import type { Outbox } from "../../state/outbox.ts";
import { api, keeping } from "../connect.ts";
import { entered } from "./entering.ts";
import { leave } from "./leaving.ts";

export interface NamingPorts {
  /** The guest of this page; its name is what this part changes. */
  readonly me: Person;
  readonly outbox: Outbox;
  /** The name that their pictures carry; null where the link burns in none. */
  readonly inPicture: string | null;
  /** They have a name from now on, or another one. */
  named(first: boolean): void;
}

export class Naming {
  readonly button = h("button", { type: "button", class: "client-who", onclick: () => void this.change() });

  constructor(private readonly ports: NamingPorts) {
    this.show();
  }

  /** Whether they have a name; it is asked for where they have not. `why` says what it is for; false: they closed the dialog. */
  async named(why: string): Promise<boolean> {
    const { me } = this.ports;
    if (me.id) return true;
    await entered;
    const done = await askForName(why, (name) => this.save({ name, inPicture: false }));
    if (done) this.ports.named(true);
    return done;
  }

  /** Another window of theirs changed it. */
  renamed(person: Person): void {
    if (person.id !== this.ports.me.id) return;
    Object.assign(this.ports.me, person);
    this.show();
  }

  private show(): void {
    const { me } = this.ports;
    const words = t("You are {person}: change your name", { person: me.name });
    this.button.hidden = !me.id;
    this.button.title = words;
    this.button.setAttribute("aria-label", words);
    fill(this.button, avatar(me, initials(me.name)), h("span", { class: "client-who-name" }, me.name));
  }

  private async change(): Promise<void> {
    const { me, outbox, inPicture } = this.ports;
    const said = await changeName({ name: me.name, inPicture, outbox, save: (called) => this.save(called), leave: () => this.leave() });
    if (said) this.ports.named(false);
  }

  private async save({ name, inPicture }: Called): Promise<void> {
    await entered; // nobody is named before the link lets them in
    Object.assign(this.ports.me, await api.send<Person>("guest", { method: "PUT", body: { name, in_watermark: inPicture } }));
    if (inPicture) location.reload(); // other copies of the pictures
    this.show();
  }

  private async leave(): Promise<boolean> {
    const end = (): Promise<void> => api.send("guest", { method: "DELETE" });
    const left = await leave({ outbox: this.ports.outbox, keeping, tab: sessionStorage, entered, end });
    if (left) location.reload();
    return left;
  }
}
