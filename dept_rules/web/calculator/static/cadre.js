(function (d, w) {
  var host = d.documentElement.dataset.host;
  if (host && w.parent !== w) {
    new ResizeObserver(function () {
      w.parent.postMessage({ type: "dept-rules:height", height: d.body.offsetHeight }, host);
    }).observe(d.body);
  }
  var place = d.querySelector("[data-focus]");
  if (place) place.focus({ preventScroll: w.parent !== w });
  d.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { w.print(); });
  });
})(document, window);
