// The watermark of a share link.
export const WATERMARK = {
  "Watermark in the picture": "Wasserzeichen im Bild",
  "Burned into a copy of the picture, which is all that this link shows; making it takes about as long as the proxy did.":
    "Wird in eine eigene Kopie des Bildes eingebrannt, und nur die zeigt dieser Link; sie zu machen dauert etwa so lange wie der Proxy.",
  Confidential: "Vertraulich",
  "Over the whole picture": "Über das ganze Bild",
  "In the middle": "In der Mitte",
  "Top left": "Oben links",
  "Top right": "Oben rechts",
  "Bottom left": "Unten links",
  "Bottom right": "Unten rechts",
  "Who watches: the address of a recipient, else the name that guests give": "Wer zusieht: die Adresse des Empfängers, sonst der Name, den Gäste angeben",
  "Name of the guest": "Name des Gastes",
  "Today's date": "Das heutige Datum",
  "How strong": "Wie kräftig",
} as const;
