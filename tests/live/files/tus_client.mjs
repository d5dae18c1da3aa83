// Uploads one file with tus-js-client and goes on where an earlier run of this program stopped.
// node tus_client.mjs <module> <endpoint> <token> <project> <file> <state file>
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";

const [module, endpoint, token, project, file, state] = process.argv.slice(2);
const tus = createRequire(import.meta.url)(module);
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
