// A short soft tone, made here so that no sound file must be loaded.
const kSeconds = 0.35;

export function chime(): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.setValueAtTime(880, context.currentTime);
  tone.frequency.exponentialRampToValueAtTime(1320, context.currentTime + kSeconds / 2);
  volume.gain.setValueAtTime(0.08, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + kSeconds);
  tone.connect(volume).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + kSeconds);
}
