#include "runtime/Signature.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

static std::string roundTrip(std::string_view text) {
  Result<Signature> signature = Signature::parse(text);
  return signature ? signature->print() : signature.status().message;
}

TEST(Signature, PrintsWhatItParses) {
  for (const char *text : {
           "()->()",
           "(T6[2,?,3],i,f,b,c)->(T4[])",
           "(T6[2,3]@1,2,T6[?]!){T6[1,?],i}->(a0){T6[1,?],i}",
           "(l<int>(i,i)!,d<str,List[int]>(=s\"k\":l<int>(i))!)->(A1,l<int>(i),d<str,List[int]>(=s\"k\":A2))",
           "(=i-5,=f1.5,=finf,=b1,=c1.0:-2.0,=s\"a,\\\"\\\\\\x0a\",=dcuda:0,n)->(n)",
           "(l<Optional[Tensor]>(T6[1],n),t(i),t())->(l<int>())",
           "(m\"__torch__.Pair\"[a,b](i,f))->(R)",
           "(d<str,Dict[int, Tensor]>(=s\"k\":d<int,Tensor>(=i1:T6[2])))->(d<int,int>())",
           "(i){L<Tensor>(T6[?,2]),D<str,List[int]>(s,L<int>(i)),L<Optional[int]>(u(n,i)),L<int>()}->(R){R,R,R,L<int>()}",
           "(o\"__torch__.M\"(w:T6[2],n:i),e\"__torch__.Color\".\"RED\")->(i)",
       })
    EXPECT_EQ(roundTrip(text), text);
}

TEST(Signature, AcceptsBlanksAfterCommas) {
  EXPECT_EQ(roundTrip("(T6[2, 3], i)->(n)"), "(T6[2,3],i)->(n)");
}

TEST(Signature, CountsWords) {
  Result<Signature> signature =
      Signature::parse("(T6[2,?,?],i,c,R,=i1,t(f,n)){T6[1]}->(T6[?],a0,b){T6[1]}");
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->argumentWords(), 3u + 1 + 2 + 2 + 0 + 1 + 1);
  EXPECT_EQ(signature->resultWords(), 2u + 0 + 1 + 1);
  // What a list of any length holds has no words of its own.
  EXPECT_EQ(Signature::parse("(L<Tensor>(T6[?]),s,u(n,i))->()")->argumentWords(), 6u);
}

TEST(Signature, SaysWhereTextIsMalformed) {
  EXPECT_EQ(roundTrip(""), "malformed signature at offset 0: expected '('");
  EXPECT_EQ(roundTrip("(T6[2)->()"), "malformed signature at offset 5: expected ','");
  EXPECT_EQ(roundTrip("(T99[2])->()"), "malformed signature at offset 4: unknown dtype code");
  EXPECT_EQ(roundTrip("(T6[-2])->()"), "malformed signature at offset 6: expected an extent");
  EXPECT_EQ(roundTrip("(i)->(i"), "malformed signature at offset 7: expected ')'");
  EXPECT_EQ(roundTrip("(i)->(i)x"), "malformed signature at offset 8: expected the end");
  EXPECT_EQ(roundTrip("(L<int>(i,i))->()"), "malformed signature at offset 12: expected one kind of element");
  EXPECT_EQ(roundTrip("(T6[2,3])->(a0[2]@3+1,a0[]@+5,a0)"), "(T6[2,3])->(a0[2]@3+1,a0[]@+5,a0)");
  EXPECT_EQ(roundTrip("(T6[2])->(a0[2]@-1+0)"), "malformed signature at offset 18: expected a stride");
  EXPECT_EQ(roundTrip("(T6[2])->(a0[2]@1)"), "malformed signature at offset 17: expected '+'");
  EXPECT_EQ(roundTrip("(q)->()"), "malformed signature at offset 1: expected a slot");
  EXPECT_EQ(roundTrip("(=s\"a)->()"), "malformed signature at offset 10: unterminated string");
  EXPECT_EQ(roundTrip("(=i99999999999999999999)->()"),
            "malformed signature at offset 23: expected an integer");
  EXPECT_EQ(roundTrip("(d<int,int>(i:i))->()"),
            "malformed signature at offset 13: expected a known key");
  EXPECT_EQ(roundTrip("(m\"P\"[a](i,i))->()"),
            "malformed signature at offset 13: expected one name for each element");
}

TEST(Signature, RefusesDeepNesting) {
  std::string text = "(";
  for (int i = 0; i < 100000; ++i)
    text += "t(";
  EXPECT_NE(roundTrip(text).find("nested too deeply"), std::string::npos);
}
