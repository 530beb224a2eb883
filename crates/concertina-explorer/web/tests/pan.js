// Measures how smoothly the map moves: pans it by script and times the frames.

/** Pans for some seconds while the scale breathes, then puts the view back. `median`, `p95` and `worst` are the times
 * in ms from one frame to the next, so they hold the browser's own work too; `drawing` is the 95th percentile of the
 * map's part; `points` and `least` are the usual and the least number of points that a frame showed. */
export function pan(map, seconds) {
  const start = map.view();
  const [times, shown] = [[], []];
  let [first, last] = [null, null];
  return new Promise((done) => {
    function step(now) {
      first ??= now;
      if (last !== null) times.push(now - last);
      if (times.length) shown.push(map.measured().drawn);
      last = now;
      const t = (now - first) / 1000;
      if (t >= seconds) {
        map.setView(start);
        return done({
          median: quantile(times, 0.5), p95: quantile(times, 0.95), worst: quantile(times, 1),
          drawing: quantile(map.measured().times, 0.95), points: quantile(shown, 0.5), least: quantile(shown, 0),
          frames: times.length,
        });
      }
      const scale = 1 + 0.15 * Math.sin(t * 2);
      map.setView({
        k: start.k * scale,
        tx: start.tx * scale + 120 * Math.sin(t * 3),
        ty: start.ty * scale + 80 * Math.sin(t * 4),
      });
      requestAnimationFrame(step);
    }
    requestAnimationFrame(step);
  });
}

/** The nearest-rank quantile, to a tenth. @param {number[]} values @param {number} q 0..1 */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(10 * (sorted[Math.max(Math.ceil(q * sorted.length) - 1, 0)] ?? 0)) / 10;
}
