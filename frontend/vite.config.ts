import { defineConfig } from "vitest/config";

const together = (name: string, ...modules: string[]) => ({ name, test: new RegExp(`/(${modules.join("|")})\\.ts$`), minShareCount: 2, includeDependenciesRecursively: false });

// One entry per page. File names carry a hash in WhiteNoise's own form (name.<12 hex digits>.ext), so that they are
// served as immutable. Django reads dist/.vite/manifest.json (review/templatetags/frontend.py).
export default defineConfig({
  base: "/static/",
  publicDir: "public",
  build: {
    manifest: true,
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy wants files of our own origin
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        site: "src/pages/site.ts",
        projects: "src/pages/projects.ts",
        webhooks: "src/pages/webhooks.ts",
        project: "src/pages/project.ts",
        review: "src/pages/review.ts",
        client: "src/pages/client.ts",
        door: "src/pages/door.ts",
        closed: "src/pages/closed.ts",
        entering: "src/pages/client/entering.ts",
        checks: "src/pages/checks.ts",
        sources: "src/pages/sources.ts",
        preflight: "src/pages/preflight.ts",
        proxies: "src/pages/proxies.ts",
        "test-render": "src/pages/test-render.ts",
        locks: "src/pages/locks.ts",
        spec: "src/pages/spec.ts",
        protocol: "src/pages/protocol.ts",
        stack: "src/pages/stack.ts",
        deliveries: "src/pages/deliveries.ts",
        delivery: "src/pages/delivery.ts",
        minutes: "src/pages/minutes.ts",
        work: "src/pages/work.ts",
        audit: "src/pages/audit.ts",
        reviews: "src/pages/reviews.ts",
        inbox: "src/pages/inbox.ts",
        "mail-choices": "src/pages/mail-choices.ts",
        tokens: "src/pages/tokens.ts",
        companions: "src/pages/companions.ts",
        "language-de": "src/language/de.ts",
      },
      output: {
        hashCharacters: "hex",
        entryFileNames: "assets/[name].[hash:12].js",
        chunkFileNames: "assets/[name].[hash:12].js",
        assetFileNames: "assets/[name].[hash:12][extname]",
        // Each request costs more than its bytes, and what is packed together packs better: what most pages begin with is one file,
        // what is tiny and shared another, and so are parts that the same few pages share.
        codeSplitting: {
          groups: [
            { name: "common", test: /\.ts$/, minShareCount: 12, includeDependenciesRecursively: false },
            together("small", "requests", "store", "compare-news", "sketch-news", "kept-session"),
            together("room", "key-actions", "keymap", "key-hints", "waiting-files", "within", "comments-port", "unsent-dialog", "browser-files", "post-comment", "outbox", "frame-table"),
            together("stacks", "sharing", "sync-badge", "approval-words", "delivery-record"),
          ],
        },
      },
    },
  },
  // In one process a worker: to load every module anew for each file costs two thirds of the run.
  test: { include: ["test/**/*.test.ts"], environment: "node", isolate: false },
});
