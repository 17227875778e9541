(function (d, w) {
  var script = d.currentScript;
  var service = new URL(script.src).origin;
  var data = script.dataset;
  var ask = new URLSearchParams({ cadre: 1, hote: w.location.origin });
  if (data.theme) ask.set("theme", data.theme);
  if (data.project) ask.set("projet", data.project);
  var frame = d.createElement("iframe");
  frame.src = service + "/calculateur" + (data.calculator ? "/" + encodeURIComponent(data.calculator) : "") + "?" + ask;
  frame.title = data.title || "Calculateur d'aides";
  frame.loading = "lazy";
  frame.style.cssText = "display:block;width:100%;height:640px;border:0";
  var shown = 0;
  frame.addEventListener("load", function () {
    if (shown++ && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
  w.addEventListener("message", function (event) {
    var told = event.data;
    if (event.origin !== service || event.source !== frame.contentWindow || !told || told.type !== "dept-rules:height") return;
    if (typeof told.height === "number" && told.height > 0 && told.height < 2e4) frame.style.height = Math.ceil(told.height) + "px";
  });
  script.after(frame);
})(document, window);
