import { expect, it, vi } from "vitest";
import { CompareChoices, type CompareVideo } from "../../src/state/compare-choices.ts";

const video = (id: string, name: string, versions: string[], all = false): CompareVideo => ({ id, name, versions: versions.map((one) => ({ id: `${id}-${one}`, name: one })), all });
const videos = [video("c", "Clip 10", ["v3"]), video("b", "Clip 9", ["v1"], true), video("a", "Trailer", ["v2", "v1"], true)];

it("lists the video itself first, then the others by name", () => {
  const choices = new CompareChoices(videos, "a", async () => []);
  expect(choices.list.map(({ name }) => name)).toEqual(["Trailer", "Clip 9", "Clip 10"]);
  expect(choices.first?.id).toBe("a-v2");
  expect(new CompareChoices([], "a", async () => []).first).toBeNull();
});

it("asks for the versions of another video once, when it is chosen", async () => {
  const fetch = vi.fn(async () => [{ id: "c-v3", name: "v3" }, { id: "c-v2", name: "v2" }]);
  const choices = new CompareChoices(videos, "a", fetch);
  await choices.complete("b"); // one version: known
  expect(fetch).not.toHaveBeenCalled();
  expect(choices.of("c-v2")).toBeNull();
  await choices.complete("c");
  await choices.complete("c");
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(choices.of("c-v2")?.id).toBe("c");
  expect([choices.nameOf("c-v2"), choices.nameOf("a-v1"), choices.nameOf("gone")]).toEqual(["Clip 10 v2", "v1", ""]);
});

it("keeps what it knows where the others cannot be had", async () => {
  const choices = new CompareChoices(videos, "a", () => Promise.reject(new Error("away")));
  await expect(choices.complete("c")).rejects.toThrow("away");
  expect(choices.video("c")?.versions.map(({ name }) => name)).toEqual(["v3"]);
  const none = new CompareChoices(videos, "a", async () => []); // deleted meanwhile
  await none.complete("c");
  expect(none.video("c")?.versions).toHaveLength(1);
});
