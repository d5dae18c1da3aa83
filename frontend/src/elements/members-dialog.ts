// Who is in a project: add by address, roles, invitation links.
import { dateText, initials } from "../core/wording.ts";
import { t, woven } from "../language/translate.ts";
import type { Api } from "../net/api.ts";
import type { Invitation, Member, MemberOrInvitation, NewInvitation, Role } from "../net/types.ts";
import { ROLES, roleName } from "../core/roles.ts";
import { policyAddress } from "./delivery-box.ts";
import { avatar, fill, h, icon } from "./dom.ts";
import { copyText, openDialog, problemBox, problemText, toast, toastProblem } from "./feedback.ts";

export function openMembers(api: Api, projectId: string, me: string, mayManage: boolean): void {
  openDialog(
    t("People in this project"),
    (body) => {
      const list = h("div", { class: "row-list" });
      const load = async (): Promise<void> => {
        try {
          const members = await api.all<Member>(`projects/${projectId}/members?page_size=200`);
          const invited = mayManage ? await api.all<Invitation>(`projects/${projectId}/invitations`) : [];
          fill(list, members.map((member) => memberRow(member)), invited.map((invitation) => invitationRow(invitation)));
        } catch (error) {
          fill(list, problemBox(error, () => void load()));
        }
      };

      const roleSelect = (role: string, label: string): HTMLSelectElement => {
        const select = h("select", { class: "compact", "aria-label": label }, ROLES.map((one) => h("option", { value: one.role }, one.name)));
        select.value = role;
        return select;
      };

      const memberRow = (member: Member): HTMLElement => {
        const role = roleSelect(member.role, t("Role of {name}", { name: member.user.name }));
        role.addEventListener("change", () => {
          api.send(`projects/${projectId}/members/${member.user.id}`, { method: "PATCH", body: { role: role.value } }).catch((error: unknown) => {
            role.value = member.role;
            toastProblem(error);
          });
        });
        const remove = (): void => {
          api
            .send(`projects/${projectId}/members/${member.user.id}`, { method: "DELETE" })
            .then(() => (member.user.id === me ? location.assign("/") : load()))
            .catch(toastProblem);
        };
        return h(
          "div",
          { class: "row" },
          avatar(member.user, initials(member.user.name)),
          h("div", { class: "row-text" }, h("strong", null, member.user.name, member.user.id === me && ` ${t("(you)")}`), member.email && h("span", { class: "quiet" }, member.email)),
          mayManage ? role : h("span", { class: "badge" }, roleName(member.role)),
          (mayManage || member.user.id === me) && h("button", { type: "button", class: "button small ghost", "aria-label": member.user.id === me ? t("Leave the project") : t("Remove {name}", { name: member.user.name }), onclick: remove }, member.user.id === me ? t("Leave") : t("Remove")),
        );
      };

      const invitationRow = (invitation: Invitation): HTMLElement =>
        h(
          "div",
          { class: "row" },
          h("span", { class: "avatar invited", "aria-hidden": "true" }, icon("link")),
          h("div", { class: "row-text" }, h("strong", null, invitation.email), h("span", { class: "quiet" }, t("Invited, {role}, until {date}", { role: roleName(invitation.role), date: dateText(invitation.expires_at) }))),
          h("button", { type: "button", class: "button small ghost", onclick: () => void api.send(`invitations/${invitation.id}`, { method: "DELETE" }).then(load).catch(toastProblem) }, t("Revoke")),
        );

      if (mayManage) body.append(addForm());
      body.append(list, h("p", null, h("a", { href: policyAddress(projectId) }, t("Who must approve a delivery"))));
      fill(list, [1, 2].map(() => h("div", { class: "skeleton row-skeleton" })));
      void load();

      function addForm(): HTMLElement {
        const email = h("input", { class: "input", type: "email", id: "member-email", required: true, maxlength: 254, placeholder: "name@example.com", autocomplete: "off" });
        const role = h("select", { class: "input", id: "member-role", "aria-label": t("Role") }, ROLES.map((one) => h("option", { value: one.role }, one.name)));
        role.value = "reviewer";
        const may = h("p", { class: "field-help" });
        const explain = (): void => fill(may, ROLES.find((one) => one.role === role.value)?.may ?? "");
        role.addEventListener("change", explain);
        explain();
        const answer = h("div", { class: "invite-answer" });
        const form = h("form", { class: "add-member" }, h("div", { class: "field" }, h("label", { for: "member-email" }, t("Add by e-mail address")), email), h("div", { class: "field" }, h("label", { for: "member-role" }, t("Role")), role), h("button", { type: "submit", class: "button primary" }, t("Add")), may, answer);
        form.addEventListener("submit", (event) => {
          event.preventDefault();
          api
            .send<MemberOrInvitation>(`projects/${projectId}/members`, { method: "POST", body: { email: email.value.trim(), role: role.value as Role } })
            .then(({ member, invitation }) => {
              email.value = "";
              if (member) fill(answer, h("p", { class: "quiet" }, t("{name} is in.", { name: member.user.name })));
              else if (invitation) fill(answer, invitationLink(invitation));
              void load();
            })
            .catch((error: unknown) => fill(answer, h("p", { class: "field-error", role: "alert" }, `${problemText(error).message} ${problemText(error).remedy}`)));
        });
        return form;
      }
    },
    true,
  );
}

function invitationLink(invitation: NewInvitation): HTMLElement {
  const link = h("input", { class: "input", readonly: true, value: invitation.url, "aria-label": t("Invitation link") });
  link.addEventListener("focus", () => link.select());
  return h(
    "div",
    { class: "panel invite-panel" },
    h("p", null, woven("{email} has no account here yet. Send them this link; it works once, for seven days.", { email: h("strong", null, invitation.email) })),
    h("div", { class: "copy-line" }, link, h("button", { type: "button", class: "button", onclick: () => void copyText(invitation.url).then((done) => done && toast(t("Link copied."))) }, icon("link"), t("Copy link"))),
  );
}
