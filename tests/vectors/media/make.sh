#!/usr/bin/env bash
# Makes the files of this folder with the encoders and muxers of Debian 12 (see README.md). Not run by the tests.
set -euo pipefail
cd "$(dirname "$0")"
ff() { ffmpeg -v error -y -bitexact "$@"; }
# A moving picture and a tone: small, but no two frames are alike.
src() { echo "-f lavfi -i testsrc=size=160x96:rate=$1:duration=${2:-2}"; }
tone() { echo "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=${1:-2}"; }
x264="-c:v libx264 -preset medium -crf 40 -pix_fmt yuv420p -threads 1"

ff $(src 24000/1001) $(tone) $x264 -g 24 -c:a aac -b:a 32k -timecode 01:00:00:00 -movflags +faststart ffmpeg5-x264-23976.mp4
ff $(src 30000/1001) $x264 -g 15 -bf 3 -timecode '00:59:59;28' ffmpeg5-x264-2997-df.mov
ff $(src 25) $x264 -g 12 -x264-params open-gop=1:bframes=3 ffmpeg5-x264-open-gop.mp4
ff $(src 25) $x264 -g 12 -bf 2 -movflags frag_keyframe+empty_moov ffmpeg5-fragmented.mp4
ff $(src 25) $(tone) $x264 -g 25 -bf 2 -c:a aac -b:a 32k -movflags +frag_keyframe+delay_moov+negative_cts_offsets ffmpeg5-fragmented-delay-moov.mp4
ff $(src 25) $x264 -g 12 -bf 2 -movflags negative_cts_offsets ffmpeg5-negative-offsets.mp4
ff $(src 50) $x264 -g 24 -flags +ildct+ilme -x264-params tff=1 -vf tinterlace=4 ffmpeg5-x264-interlaced.mkv
ff $(src 30) $x264 -vf "select='not(eq(mod(n,7),3))'" -vsync vfr -bf 2 ffmpeg5-vfr.mp4
ff $(src 30) $x264 -vf "select='not(eq(mod(n,7),3))'" -vsync vfr -bf 2 ffmpeg5-vfr.mkv
ff $(src 25) $x264 -bf 2 -g 12 ffmpeg5-x264.avi
ff $(src 25) $x264 -bf 2 -g 12 ffmpeg5-x264.flv
ff $(src 30000/1001) $(tone) $x264 -bf 2 -g 15 -c:a aac -b:a 32k -muxdelay 0 ffmpeg5-x264.ts
ff $(src 25 3) $x264 -bf 2 -g 25 -output_ts_offset 95442 ffmpeg5-wrap.ts
ff -i ffmpeg5-x264.ts -c copy -f mpegts - | tail -c +9401 > ffmpeg5-begins-anywhere.ts   # 50 packets of 188 bytes cut off
ff $(src 25) -c:v mpeg2video -q:v 24 -g 12 -bf 2 -flags +ildct+ilme -timecode 10:00:00:00 ffmpeg5-mpeg2.mpg
ff $(src 30000/1001) -c:v mpeg2video -q:v 24 -g 15 -bf 2 -timecode '10:00:00;02' ffmpeg5-mpeg2-df.ts
ff $(src 25) $(tone) -c:v mpeg2video -q:v 24 -g 12 -bf 2 -timecode 10:00:00:00 -c:a pcm_s16le -ar 48000 -t 0.6 ffmpeg5-mpeg2.mxf
ff $(src 25 1) -c:v prores_ks -profile:v 0 -q:v 31 ffmpeg5-prores.mov
ff $(src 25) -c:v mpeg4 -q:v 20 -bf 2 -g 12 ffmpeg5-mpeg4.avi
ff $(src 25 1) -c:v mjpeg -q:v 20 ffmpeg5-mjpeg.avi
ff $(src 25) -c:v libx265 -crf 40 -x265-params log-level=none:keyint=12:min-keyint=12 -pix_fmt yuv420p -tag:v hvc1 ffmpeg5-x265-open-gop.mp4
ff $(src 25) -c:v libx265 -crf 40 -x265-params log-level=none:keyint=12:min-keyint=12 -pix_fmt yuv420p ffmpeg5-x265-open-gop.ts
ff $(src 25) -c:v libx265 -crf 40 -x265-params log-level=none:keyint=12:min-keyint=12:radl=2:open-gop=0 -pix_fmt yuv420p ffmpeg5-x265-radl.mkv
ff $(src 25) -pix_fmt yuv420p -c:v libvpx-vp9 -crf 50 -b:v 0 -g 25 -lag-in-frames 25 -auto-alt-ref 1 -pass 1 -passlogfile /tmp/vp9 -f null /dev/null
ff $(src 25) $(tone) -pix_fmt yuv420p -c:v libvpx-vp9 -crf 50 -b:v 0 -g 25 -lag-in-frames 25 -auto-alt-ref 1 -pass 2 -passlogfile /tmp/vp9 -c:a libopus -b:a 16k ffmpeg5-vp9-alt-ref.webm
ff $(src 25) -pix_fmt yuv420p -c:v libvpx -crf 50 -b:v 100k -g 25 -lag-in-frames 16 -auto-alt-ref 1 -pass 1 -passlogfile /tmp/vp8 -f null /dev/null
ff $(src 25) -pix_fmt yuv420p -c:v libvpx -crf 50 -b:v 100k -g 25 -lag-in-frames 16 -auto-alt-ref 1 -pass 2 -passlogfile /tmp/vp8 ffmpeg5-vp8-alt-ref.webm
ff $(src 25 1) -pix_fmt yuv420p -c:v libaom-av1 -crf 55 -cpu-used 6 -g 25 -lag-in-frames 19 ffmpeg5-aom.mp4
ff $(src 25 1) -pix_fmt yuv420p -c:v libaom-av1 -crf 55 -cpu-used 6 -g 25 -lag-in-frames 19 ffmpeg5-aom.mkv
ff $(src 25) $(tone) -c:v wmv2 -q:v 20 -c:a wmav2 -b:a 32k ffmpeg5.wmv
ff $(src 25) -c:v libtheora -q:v 3 ffmpeg5-theora.ogv
ff -i ffmpeg5-x264-23976.mp4 -c copy -metadata:s:v rotate=90 ffmpeg5-rotated.mov
# What post houses send: intra codecs, fields, and the same codec in more than one container.
big() { echo "-f lavfi -i testsrc=size=256x144:rate=$1:duration=0.4"; }
fields="-vf tinterlace=4 -flags +ildct+ilme"
ff $(big 25) -c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p -timecode 01:00:00:00 ffmpeg5-dnxhr.mov
ff $(big 24000/1001) -c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p ffmpeg5-dnxhr.mxf
ff $(src 50 0.4) $fields -c:v prores_ks -profile:v 0 -q:v 31 ffmpeg5-prores-interlaced.mov
ff $(src 24 0.4) -c:v prores_ks -profile:v 0 -q:v 31 ffmpeg5-prores.mkv
ff $(src 25 0.4) -pix_fmt yuv422p10le -c:v prores_aw -profile:v 0 -q:v 31 ffmpeg5-prores.mxf
ff $(src 50 1) $fields -c:v mpeg2video -q:v 24 -g 12 -bf 2 ffmpeg5-mpeg2-interlaced.mxf
ff $(src 60000/1001 1) $fields -c:v mpeg2video -q:v 24 -g 15 -bf 2 ffmpeg5-mpeg2-interlaced.ts
ff $(src 25 1) -c:v mpeg2video -q:v 24 -g 12 -bf 2 ffmpeg5-mpeg2.mov
ff $(src 25 1) -c:v mpeg2video -q:v 24 -g 12 -bf 2 ffmpeg5-mpeg2.mkv
ff $(src 60000/1001 1) $fields $x264 -g 15 -bf 2 -x264-params tff=1 ffmpeg5-x264-interlaced.ts
ff $(src 50 1) $fields $x264 -g 12 -bf 2 -x264-params tff=1 ffmpeg5-x264-interlaced.mp4
ff $(src 25 0.4) -c:v libx264 -preset medium -crf 40 -pix_fmt yuv420p -threads 1 -g 1 ffmpeg5-x264-intra.mxf
ff $(src 24000/1001 1) -c:v libx265 -crf 40 -x265-params log-level=none:keyint=12:min-keyint=12 -pix_fmt yuv420p ffmpeg5-x265.mov
ff $(src 25 1) -pix_fmt yuv420p -c:v libvpx-vp9 -crf 50 -b:v 0 -g 12 -lag-in-frames 16 ffmpeg5-vp9.mp4
ff $(src 30000/1001 1) -pix_fmt yuv420p -c:v libvpx-vp9 -crf 50 -b:v 0 -g 12 -lag-in-frames 16 ffmpeg5-vp9.mkv
ff $(src 25 1) -pix_fmt yuv420p -c:v libsvtav1 -crf 55 -preset 8 -g 12 ffmpeg5-svt-av1.webm
ff $(src 24000/1001 1) -pix_fmt yuv420p -c:v librav1e -qp 200 -speed 10 -g 12 ffmpeg5-rav1e.mp4
ff $(src 25 0.6) -c:v mjpeg -q:v 20 ffmpeg5-mjpeg.mov
ff $(src 30 0.6) -c:v mjpeg -q:v 20 ffmpeg5-mjpeg.mkv
# Edit lists as FFmpeg writes them: a cut between key frames, and a picture that begins late (an empty edit before it).
ff -ss 0.7 -i ffmpeg5-x264-23976.mp4 -c copy ffmpeg5-cut.mp4
ff $(tone 1) -itsoffset 0.5 $(src 25 1) -map 1:v -map 0:a -vsync passthrough $x264 -bf 2 -g 12 -c:a aac -b:a 32k ffmpeg5-late-picture.mov
# The x264 program writes its own Matroska and FLV.
ffmpeg -v error $(src 25) -pix_fmt yuv420p -f yuv4mpegpipe - | x264 --quiet --demuxer y4m --crf 40 --bframes 3 --keyint 12 --open-gop -o x264-open-gop.mkv -
ffmpeg -v error $(src 30000/1001) -pix_fmt yuv420p -f yuv4mpegpipe - | x264 --quiet --demuxer y4m --crf 40 --bframes 3 --keyint 15 --tff -o x264-interlaced.flv -

# GStreamer 1.22 and mkvmerge 74 write tables and clusters of their own.
gst() { gst-launch-1.0 -q "$@"; }
picture() { echo "videotestsrc num-buffers=$2 pattern=ball ! video/x-raw,width=160,height=96,framerate=$1,format=I420"; }
sound() { echo "audiotestsrc num-buffers=$1 samplesperbuffer=1024 ! audio/x-raw,rate=48000,channels=2"; }
avc="x264enc quantizer=40 pass=quant key-int-max=12 bframes=2 b-adapt=false"
gst $(picture 30000/1001 60) ! $avc ! h264parse ! mux. $(sound 94) ! avenc_aac bitrate=32000 ! aacparse ! mux. mp4mux name=mux ! filesink location=gstreamer-x264.mp4
gst $(picture 24000/1001 48) ! $avc ! h264parse ! mux. $(sound 94) ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! mux. qtmux name=mux ! filesink location=gstreamer-x264-pcm.mov
gst $(picture 25/1 50) ! $avc ! h264parse ! mp4mux fragment-duration=500 ! filesink location=gstreamer-fragmented.mp4
gst $(picture 24000/1001 48) ! $avc ! h264parse ! mux. $(sound 94) ! opusenc bitrate=16000 ! mux. matroskamux name=mux ! filesink location=gstreamer-x264-opus.mkv
gst $(picture 25/1 50) ! $avc ! h264parse ! mpegtsmux ! filesink location=gstreamer-x264.ts
gst $(picture 25/1 25) ! jpegenc quality=20 ! avimux ! filesink location=gstreamer-mjpeg.avi
gst $(picture 30/1 60) ! vp8enc target-bitrate=40000 keyframe-max-dist=15 auto-alt-ref=true lag-in-frames=16 ! webmmux ! filesink location=gstreamer-vp8.webm
mkvmerge -q -o mkvmerge-x264.mkv ffmpeg5-x264-23976.mp4
mkvmerge -q --timestamp-scale 100000 -o mkvmerge-fine.mkv ffmpeg5-x264-23976.mp4
rm -f ./*.mbtree
# What Debian's ffprobe 5.1 shows of each: the oracle of tests/pipeline/test_foreign_media.py.
python3 - <<'PY'
import json, pathlib, subprocess
found = {}
for path in sorted(pathlib.Path(".").iterdir()):
    if path.suffix in (".sh", ".md", ".json"):
        continue
    entries = "stream=time_base:frame=best_effort_timestamp,key_frame"
    command = ["ffprobe", "-v", "quiet", "-select_streams", "v:0", "-show_entries", entries, "-of", "json", str(path)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found[path.name] = {
        "time_base": told["streams"][0]["time_base"],
        "times": [frame.get("best_effort_timestamp") for frame in told["frames"]],
        "keys": [i for i, frame in enumerate(told["frames"]) if frame["key_frame"]],
    }
lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in found.items())
pathlib.Path("ffprobe5.json").write_text("{\n" + lines + "\n}\n")
PY
