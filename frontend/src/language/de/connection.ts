// The test of the connection.
export const CONNECTION = {
  "Test the connection…": "Verbindung prüfen …",
  Connection: "Verbindung",
  "Preparing the picture": "Bereitet das Bild vor",
  "Writing the watermark into the picture": "Schreibt das Wasserzeichen ins Bild",
  "Connection to this server": "Verbindung zu diesem Server",
  "Measure again": "Noch einmal messen",
  "Measuring, about five seconds…": "Wird gemessen, etwa fünf Sekunden …",
  "Download // connection": "Herunterladen",
  "Upload // connection": "Hochladen",
  "Answer time": "Antwortzeit",
  "{quality} needs {speed}": "{quality} braucht {speed}",
  "All is well: every quality plays without pauses.": "Alles in Ordnung: jede Qualität läuft ohne Pausen.",
  "The server cannot be reached from here, or the connection breaks. Check the network, a VPN or a firewall; what you write is kept meanwhile.":
    "Der Server ist von hier nicht erreichbar, oder die Verbindung bricht ab. Prüfen Sie Netz, VPN oder Firewall; was Sie schreiben, bleibt solange aufgehoben.",
  "It was measured several times just now. Wait a minute.": "Es wurde gerade mehrmals gemessen. Warten Sie eine Minute.",
  "Answers take long: steps and jumps will feel slow. A VPN, a satellite or a weak mobile network is the usual cause; the pictures are right all the same.":
    "Antworten dauern lange: Schritte und Sprünge wirken träge. Meist liegt es an einem VPN, an Satellit oder schwachem Mobilfunk; die Bilder stimmen trotzdem.",
  "Sending is slow: files attached to comments will take a while. Text and drawings are small enough.":
    "Senden ist langsam: Dateien an Kommentaren brauchen eine Weile. Text und Zeichnungen sind klein genug.",
  "Too slow for playing without pauses: {quality} needs {speed}. Pause until it has loaded, or use another network. Every frame is exact all the same.":
    "Zu langsam, um ohne Pausen abzuspielen: {quality} braucht {speed}. Halten Sie an, bis es geladen ist, oder nehmen Sie ein anderes Netz. Jeder Frame ist trotzdem exakt.",
  "Use {quality}": "{quality} nehmen",
  "{next} needs {speed}, which this connection does not give: use {best}. It shows the same frames, a little softer.":
    "{next} braucht {speed}, so viel gibt diese Verbindung nicht her: nehmen Sie {best}. Die Frames sind dieselben, etwas weicher.",
} as const;
