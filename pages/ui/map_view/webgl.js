// The usual painter: all points in one buffer on the graphics card, drawn in up to three passes.

const VERTEX_SHADER = `#version 300 es
precision highp float;
layout(location = 0) in vec2 position;
layout(location = 1) in uint category;
uniform vec4 view;
uniform vec4 tint;
uniform float size;
uniform float opacity;
uniform sampler2D palette;
out vec4 color;
void main() {
  vec4 own = texelFetch(palette, ivec2(category & 255u, category >> 8u), 0);
  gl_Position = own.a > 0.0 ? vec4(position * view.xy + view.zw, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = size;
  color = vec4(mix(own.rgb, tint.rgb, tint.a), opacity);
}`;

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
in vec4 color;
uniform float size;
uniform vec4 rim;
out vec4 pixel;
void main() {
  float edge = size * 0.5;
  float away = length(gl_PointCoord - 0.5) * size;
  float inside = size < 2.0 ? 1.0 : 1.0 - smoothstep(edge - 1.0, edge, away);
  float border = rim.a * smoothstep(edge - 2.2, edge - 1.2, away);
  float alpha = inside * color.a;
  pixel = vec4(mix(color.rgb, rim.rgb, border) * alpha, alpha);
}`;

class WebglPainter {
  constructor(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
    if (!gl) throw new Error("WebGL2 is not available");
    this.gl = gl;
    this.most = Infinity;
    this.program = gl.createProgram();
    this.compile(gl.VERTEX_SHADER, VERTEX_SHADER);
    this.compile(gl.FRAGMENT_SHADER, FRAGMENT_SHADER);
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) {
      throw new Error(gl.getProgramInfoLog(this.program) || "the graphics program does not link");
    }
    gl.useProgram(this.program);
    this.at = {};
    for (const name of ["view", "tint", "size", "opacity", "rim"]) {
      this.at[name] = gl.getUniformLocation(this.program, name);
    }
    [this.positions, this.categories, this.order] = [0, 1, 2].map(() => gl.createBuffer());
    this.colors = gl.createTexture();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  compile(type, source) {
    const shader = this.gl.createShader(type);
    this.gl.shaderSource(shader, source);
    this.gl.compileShader(shader);
    if (!this.gl.getShaderParameter(shader, this.gl.COMPILE_STATUS)) {
      throw new Error(this.gl.getShaderInfoLog(shader) || "a shader does not compile");
    }
    this.gl.attachShader(this.program, shader);
  }

  place(positions) {
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.positions);
    gl.bufferData(gl.ARRAY_BUFFER, positions, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  }

  categorize(categories) {
    const gl = this.gl;
    const type = categories.BYTES_PER_ELEMENT === 1 ? gl.UNSIGNED_BYTE : gl.UNSIGNED_SHORT;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.categories);
    gl.bufferData(gl.ARRAY_BUFFER, categories, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribIPointer(1, 1, type, 0, 0);
  }

  // `rgba` holds 256 colours a line; a colour with alpha 0 is not drawn.
  paint(rgba) {
    const gl = this.gl;
    gl.bindTexture(gl.TEXTURE_2D, this.colors);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texImage2D(
      gl.TEXTURE_2D, 0, gl.RGBA, 256, rgba.length / 1024, 0, gl.RGBA, gl.UNSIGNED_BYTE, rgba,
    );
  }

  arrange(order) {
    this.gl.bindBuffer(this.gl.ELEMENT_ARRAY_BUFFER, this.order);
    this.gl.bufferData(this.gl.ELEMENT_ARRAY_BUFFER, order, this.gl.DYNAMIC_DRAW);
  }

  draw({ width, height, scale, offset, rim, passes }) {
    const gl = this.gl;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4f(this.at.view, scale[0], scale[1], offset[0], offset[1]);
    for (const pass of passes) {
      gl.uniform1f(this.at.size, pass.size);
      gl.uniform1f(this.at.opacity, pass.opacity);
      gl.uniform4f(this.at.tint, ...pass.tint);
      gl.uniform4f(this.at.rim, ...rim, pass.rim);
      gl.drawElements(gl.POINTS, pass.count, gl.UNSIGNED_INT, pass.start * 4);
    }
  }

  // Reading one pixel back waits until the card has drawn.
  finish() {
    const gl = this.gl;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  free() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
