// Uploads one file with tus-js-client and goes on where an earlier run of this program stopped.
// No faster than it is told, so that whoever means to kill it on the way finds it there.
// node tus_client.mjs <module> <endpoint> <token> <project> <file> <state file> <bytes a second>
import { createRequire } from "node:module";
import { Transform } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

const require = createRequire(import.meta.url);
const fs = require("node:fs"); // the object that the uploader asks for its streams too
const [module, endpoint, token, project, file, state, pace] = process.argv.slice(2);
const { createReadStream } = fs;
fs.createReadStream = (...place) =>
  createReadStream(...place).pipe(
    new Transform({
      transform(bytes, _, done) {
        pause((bytes.length / Number(pace)) * 1000).then(() => done(null, bytes));
      },
    }),
  );
const tus = require(module);
let version = null;

const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: "grade 🎬.mov", projectId: project },
  retryDelays: [100, 200, 400, 800, ...Array(100).fill(1600)], // a server may need long to start
  urlStorage: new tus.FileUrlStorage(state),
  storeFingerprintForResuming: true,
  onAfterResponse: (request, response) => {
    const offset = response.getHeader("Upload-Offset");
    console.log(JSON.stringify({ method: request.getMethod(), status: response.getStatus(), offset: Number(offset) }));
    version = response.getHeader("Twopop-Version") ?? version;
  },
  onError: (error) => {
    console.log(JSON.stringify({ error: String(error) }));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(JSON.stringify({ version }));
    process.exit(0);
  },
});

const previous = await upload.findPreviousUploads();
if (previous.length > 0) upload.resumeFromPreviousUpload(previous[0]);
upload.start();
