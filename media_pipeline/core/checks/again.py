"""How to make again what is not in the file: steps for the remedies of findings that no copy can heal."""

Steps = tuple[tuple[str, str], ...]

SOUND: Steps = (
    ("Premiere Pro", "Export the sound of the whole sequence once more as WAV, 48 kHz, 24 bit, and lay it under the picture."),
    ("DaVinci Resolve", "Deliver > Audio only, one single clip, codec Linear PCM; or deliver the segments with Linear PCM."),
    ("Media Composer", "Audio Mixdown of the whole sequence, then export it as PCM."),
)
PICTURE: Steps = (
    ("Premiere Pro", "Delete the preview files of these places, then export them without ‘Use Previews’."),
    ("DaVinci Resolve", "Deliver > In and Out around each place, without ‘Use render cached images’."),
    ("Media Composer", "Clear the renders of these places, render them again, then export."),
)
CODEC: Steps = (
    ("Premiere Pro", "Export > Format and Video Codec."),
    ("DaVinci Resolve", "Deliver > Format and Codec."),
    ("Media Composer", "Export > Format Options > Compression Type."),
)
CHANNELS: Steps = (
    ("Premiere Pro", "Modify > Audio Channels; for one side on both, the effect Fill Right with Left or Fill Left with Right."),
    ("DaVinci Resolve", "Clip Attributes > Audio; for one side on both, make the track mono."),
    ("Media Composer", "Modify > set the source's channels to mono, then edit them in again."),
)
TRANSFER: Steps = (("Any", "Compare the size and the SHA-256 with the original before rendering anew."),)
