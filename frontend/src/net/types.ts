// The API's objects, by the names that the page uses.

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Ratio {
  readonly num: number;
  readonly den: number;
}

export interface ApiRate extends Ratio {
  readonly drop_frame: boolean | null;
}

export type Capability =
  | "view" | "comment" | "see_internal" | "complete_comments" | "moderate_comments" | "upload" | "download_original"
  | "manage_assets" | "manage_media" | "manage_members" | "manage_project";

export interface Me extends Person {
  readonly email: string;
  readonly is_owner: boolean;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly capabilities: readonly Capability[];
  readonly created_at: string;
}

export interface Sequence {
  readonly id: string;
  readonly name: string;
  readonly position?: number;
}

export interface Member {
  readonly user: Person;
  readonly role: string;
  readonly email: string | null;
}

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly expires_at: string;
  readonly url?: string;
}

export interface Version {
  readonly id: string;
  readonly asset_id: string;
  readonly asset_name: string;
  readonly project_id: string;
  readonly number: number;
  readonly original_name: string;
  readonly note: string;
  readonly created_by: Person;
  readonly created_at: string;
  readonly media_id: string;
  readonly media_state: MediaState;
  readonly url: string;
}

export interface Asset {
  readonly id: string;
  readonly name: string;
  readonly sequence_id: string | null;
  readonly latest_version: Version | null;
  readonly version_count: number;
}

export type MediaState = "new" | "indexing" | "preparing" | "reviewable" | "ready" | "failed" | "cancelled";

export interface Rendition {
  readonly id: string;
  readonly kind: "original" | "preview" | "proxy";
  readonly label: string;
  readonly url: string;
  readonly table_url: string;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly frame_count: number;
  readonly complete: boolean;
}

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface Job {
  readonly id: string;
  readonly step: string;
  readonly state: "queued" | "running" | "done" | "failed_user" | "failed_app" | "cancelled";
  readonly done: number;
  readonly total: number;
  readonly per_second: number;
  readonly eta_seconds: number | null;
  readonly error: JobError | null;
}

export interface Sprites {
  readonly tile_width: number;
  readonly tile_height: number;
  readonly columns: number;
  readonly rows: number;
  readonly frame_step: number;
  readonly sheets: readonly string[];
}

export interface MediaStatus {
  readonly id: string;
  readonly state: MediaState;
  readonly frame_count: number | null;
  readonly rate: ApiRate | null;
  readonly variable_rate: boolean | null;
  readonly start_timecode: string | null;
  readonly start_frame: number | null;
  readonly duration: Ratio | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly video_codec: string | null;
  readonly container: string | null;
  readonly size: number;
  readonly sha256: string;
  readonly renditions: readonly Rendition[];
  readonly poster_url: string | null;
  readonly sprites: Sprites | null;
  readonly jobs: readonly Job[];
}

export interface Comment {
  readonly id: string;
  readonly version_id: string;
  readonly parent_id: string | null;
  readonly author: Person;
  readonly text: string;
  readonly internal: boolean;
  readonly frame: number;
  readonly duration_frames: number;
  readonly timecode: string | null;
  readonly media_timecode: string | null;
  readonly completed_at: string | null;
  readonly completed_by: Person | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
  readonly can: readonly string[];
  readonly url: string;
}

export interface OpenUpload {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly offset: number;
  readonly state: string;
  readonly expires_at: string;
  readonly url: string;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly read_only: boolean;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly secret?: string;
}

export interface LiveEvent {
  readonly type?: "event";
  readonly seq: number;
  readonly kind: string;
  readonly payload: unknown;
  readonly created_at: string;
}
