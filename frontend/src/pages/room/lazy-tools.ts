// Tools that are loaded when they are first asked for.
import { toast } from "../../elements/feedback.ts";
import { t } from "../../language/translate.ts";

export class LazyTools<Module, Tools> {
  private loading: Promise<Tools | null> | null = null;
  private made: Tools | null = null;

  constructor(
    private readonly fetch: () => Promise<Module>,
    private readonly make: (module: Module) => Tools,
    /** Said where the network does not give them. */
    private readonly failed = t("The tools could not be loaded. Check the network, then try again."),
  ) {}

  /** Those that are there already. */
  get here(): Tools | null {
    return this.made;
  }

  /** Null where they could not be loaded, which was said then; the next time it is tried again. */
  load(): Promise<Tools | null> {
    this.loading ??= this.fetch().then(
      (module) => (this.made = this.make(module)),
      () => {
        this.loading = null;
        toast(this.failed, { bad: true });
        return null;
      },
    );
    return this.loading;
  }
}
