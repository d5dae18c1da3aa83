// The API's objects, by the names that the page uses. Their shapes come from the OpenAPI document (npm run generate).
import type { components } from "./api-types.ts";

type Schemas = components["schemas"];

export type Person = Schemas["Person"];
export type Preferences = Schemas["Preferences"];
export type Project = Schemas["Project"];
export type Sequence = Schemas["Sequence"];
export type Member = Schemas["Member"];
export type Invitation = Schemas["Invitation"];
export type NewInvitation = Schemas["NewInvitation"];
export type MemberOrInvitation = Schemas["MemberOrInvitation"];
export type Role = Schemas["Role"];
export type VersionChecks = Schemas["VersionChecks"];
export type Reference = Schemas["Reference"];
export type Source = Schemas["Source"];
export type SourceTable = Schemas["SourceTable"];
export type Correction = Schemas["Correction"];
export type CorrectionProposal = Schemas["Proposal"];
export type SyncReportAnswer = Schemas["SyncReport"];
export type Version = Schemas["Version"];
export type Asset = Schemas["Asset"];
export type Rendition = Schemas["Rendition"];
export type Job = Schemas["Job"];
export type Sprites = Schemas["Sprites"];
export type MediaStatus = Schemas["MediaStatus"];
export type MediaState = Schemas["MediaState"];
export type Comment = Schemas["Comment"];
export type Attachment = Schemas["Attachment"];
export type Label = Schemas["Label"];
export type Revision = Schemas["Revision"];
export type Seen = Schemas["Seen"];
export type ReactionName = Schemas["Reaction"]["name"];
export type OpenUpload = Schemas["Upload"];
export type Token = Schemas["Token"];
export type NewToken = Schemas["NewToken"];
export type Capability = Project["capabilities"][number];
export type LiveEvent = Pick<Schemas["Event"], "seq" | "created_at"> & { readonly type?: "event"; readonly kind: string; readonly payload: unknown };
