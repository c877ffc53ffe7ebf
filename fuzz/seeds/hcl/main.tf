# own line
resource "aws_x" b {
  name  = "a${var.b}c${~ d.e[0] ~}" // end of line
  n     = -1.5e3 + 2 * (3 % 4)
  ok    = !a && b || c >= d ? [1, 2,] : { k = null, "l" : true, (m) = 5 }
  all   = x[*].y + x.*.z + x.0.w
  each  = { for k, v in f(a, b...) : k => v... if v != "" }
  one   = [for v in p::q(<<E
in ${"\u00e9\n$${"}
E
  ) : v]
  doc   = <<-EOT
    a
      %{ if c ~}b%{ else }d%{ endif }
    %{ for i in j }${i}%{ endfor }
  EOT

  /* block */
  dynamic "s" { for_each = [] }
}
