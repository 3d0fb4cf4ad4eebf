// Draws all points by the graphics card: a million in a few milliseconds.

const VERTEX = `
attribute vec2 place;
attribute float state;
attribute float colour;
uniform vec2 centre, scale;
uniform float size, wanted, strength;
uniform vec3 palette[12];
varying vec4 tint;
varying float broad;
void main() {
  broad = size;
  if (abs(state - wanted) > .5) { gl_Position = vec4(2., 2., 2., 1.); gl_PointSize = 0.; return; }
  gl_Position = vec4((place - centre) * scale, 0., 1.);
  gl_PointSize = size;
  tint = vec4(palette[int(colour + .5)], 1.) * strength;
}`;
const FRAGMENT = `
precision mediump float;
varying vec4 tint;
varying float broad;
void main() {
  float away = length(gl_PointCoord - .5) * broad;
  gl_FragColor = tint * clamp(broad * .5 - away + .25, 0., 1.);
}`;

export class CardPoints {
  // Throws where there is no WebGL.
  constructor(canvas, places) {
    const gl = canvas.getContext("webgl", { alpha: true, antialias: false, premultipliedAlpha: true });
    if (!gl) throw new Error("no WebGL");
    this.gl = gl;
    this.canvas = canvas;
    this.count = places.length / 2;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    this.at = (name) => gl.getUniformLocation(program, name);
    this.#fill(program, "place", places, 2, gl.UNSIGNED_SHORT, true);
    this.states = this.#fill(program, "state", new Uint8Array(this.count).fill(1), 1, gl.UNSIGNED_BYTE, false);
    this.colours = this.#fill(program, "colour", new Uint8Array(this.count), 1, gl.UNSIGNED_BYTE, false);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  #fill(program, name, values, size, type, isShare) {
    const { gl } = this, buffer = gl.createBuffer(), place = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, isShare, 0, 0);
    return buffer;
  }

  setStates(states) { this.#set(this.states, states); }
  setColours(colours) { this.#set(this.colours, colours); }

  #set(buffer, values) {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, values, this.gl.DYNAMIC_DRAW);
  }

  // `passes`: of each state, from the back to the front, its size in CSS pixels, its strength, its palette.
  draw(camera, ratio, passes) {
    const { gl, canvas } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.at("centre"), camera.x, camera.y);
    gl.uniform2f(this.at("scale"), 2 * camera.scale / camera.width, -2 * camera.scale / camera.height);
    for (const { state, size, strength, palette } of passes) {
      gl.uniform1f(this.at("wanted"), state);
      gl.uniform1f(this.at("size"), Math.max(1, size * ratio));
      gl.uniform1f(this.at("strength"), strength);
      gl.uniform3fv(this.at("palette"), palette.flat());
      gl.drawArrays(gl.POINTS, 0, this.count);
    }
  }
}
