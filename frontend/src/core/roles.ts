// What the roles are called, and what each may do, in a line.
import { t } from "../language/translate.ts";
import type { Role } from "../net/types.ts";

export const ROLES: readonly { readonly role: Role; readonly name: string; readonly may: string }[] = [
  { role: "owner", name: t("Owner"), may: t("Everything, members included") },
  { role: "version_controller", name: t("Version controller"), may: t("Everything but members") },
  { role: "editor", name: t("Editor"), may: t("Uploads, arranges, comments") },
  { role: "reviewer", name: t("Reviewer"), may: t("Comments, also internally") },
  { role: "client", name: t("Client"), may: t("Comments; sees nothing internal") },
];

export const roleName = (role: string): string => ROLES.find((one) => one.role === role)?.name ?? role;
