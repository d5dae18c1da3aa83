import { readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, it } from "vitest";

it("the API's types are those of its description (npm run generate)", async () => {
  const fresh = COMMENT_HEADER + astToString(await openapiTS(new URL("../../openapi.json", import.meta.url)));
  expect(fresh.trim()).toBe(readFileSync(new URL("../../src/net/api-types.ts", import.meta.url), "utf8").trim());
}, 60_000);
