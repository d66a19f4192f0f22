// A short tone for a new order, unless somebody silenced it in this browser.

const NOTES = [660, 880];
const NOTE_SECONDS = 0.14;
const VOLUME = 0.08;

export const soundOn = () => localStorage.getItem("sound") !== "off";
export const switchSound = (on) => localStorage.setItem("sound", on ? "on" : "off");

/** A browser lets a page be heard once somebody has touched it. */
export function ring() {
  if (!soundOn() || navigator.userActivation?.hasBeenActive === false) return;
  const audio = new AudioContext();
  const volume = new GainNode(audio, { gain: VOLUME });
  volume.connect(audio.destination);
  NOTES.forEach((frequency, at) => {
    const note = new OscillatorNode(audio, { frequency });
    note.connect(volume);
    note.start(audio.currentTime + at * NOTE_SECONDS);
    note.stop(audio.currentTime + (at + 1) * NOTE_SECONDS);
    if (at === NOTES.length - 1) note.onended = () => audio.close();
  });
}
