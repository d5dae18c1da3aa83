// What the roles are called, and what each may do, in a line.
import type { Role } from "../net/types.ts";

export const ROLES: readonly { readonly role: Role; readonly name: string; readonly may: string }[] = [
  { role: "owner", name: "Owner", may: "Everything, members included" },
  { role: "version_controller", name: "Version controller", may: "Everything but members" },
  { role: "editor", name: "Editor", may: "Uploads, arranges, comments" },
  { role: "reviewer", name: "Reviewer", may: "Comments, also internally" },
  { role: "client", name: "Client", may: "Comments; sees nothing internal" },
];

export const roleName = (role: string): string => ROLES.find((one) => one.role === role)?.name ?? role;
